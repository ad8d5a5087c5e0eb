"""Texts of the shop read in the card as they were written, and are nothing else."""

from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt

from tests.helpers.models import feature
from training.reports.card import escaped, markdown
from training.reports.tables import Table, mean

TEXTS = [
    "Mall|rats",
    "<img src=x onerror=alert(1)>",
    "a & b &lt; c &copy;",
    "`rm -rf`",
    "**bold** and _slanted_ and snake_case",
    "[free](javascript:alert(1)) ![x](https://x.example/y.png)",
    "# heading",
    "> quote",
    "- item",
    "two\nlines\n\n# and a heading",
    "back\\slash \\| and \\`",
    "~~gone~~",
    "Łódź 50 % (k$)",
]


class Page(HTMLParser):
    """Collect a page's tags and text."""

    def __init__(self, content):
        super().__init__()
        self.tags, self.text = [], ""
        self.feed(content)

    def handle_starttag(self, tag, attributes):  # noqa: ARG002 - as HTMLParser has it
        self.tags.append(tag)

    def handle_data(self, data):
        self.text += data


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize(("before", "tags"), [("", ["p"]), ("- ", ["ul", "li"]), ("> ", ["blockquote", "p"])])
def test_a_text_is_read_as_it_was_written(text, before, tags):
    page = Page(MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(before + escaped(text)))
    assert page.tags == tags
    assert page.text.strip() == " ".join(text.split())


def test_words_from_right_to_left_keep_to_themselves():
    text, written = "High (הזמנות), 3 of (סכום_) 2.", "High ([הזמנות]), 3 of ([סכום]\\_) 2."
    assert escaped(text) == written.replace("[", "\u2068").replace("]", "\u2069")


def test_a_table_has_a_cell_for_each_text():
    table = Table("", TEXTS, [TEXTS], ())
    page = Page(MarkdownIt("commonmark").enable("table").render(markdown(table)))
    assert page.tags.count("td") == page.tags.count("th") == len(TEXTS)
    assert set(page.tags) == {"table", "thead", "tbody", "tr", "th", "td"}


@pytest.mark.parametrize(
    ("value", "low", "high", "text"),
    [(-1.4e-16, 0, 3, "0"), (2e-9, 0, 5e-9, "2e-09"), (-0.25, -1, 1, "-0.25"), (1234.5, 0, 1e15, "1,234")],
)
def test_what_rounding_leaves_of_zeros_is_written_as_zero_and_small_values_as_they_are(value, low, high, text):
    assert mean(value, feature("a", min=low, max=high)) == text
