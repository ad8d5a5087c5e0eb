"""The shop's own names for the segments, as the playbook that training takes."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.page.helpers.modules import call
from tests.page.test_accessibility import violations
from training.naming.playbook import read_playbook

RENAME = "Rename the segments"


def opened(page: Page, address: str):
    """Open the form and return it."""
    page.goto(address)
    page.get_by_text(RENAME).click()
    expect(page.get_by_role("textbox", name="Careful")).to_be_visible()


def test_new_names_are_downloaded_as_a_playbook_that_training_reads(page, address):
    opened(page, address)
    own = 'Quality "seekers" \\ äö'
    page.get_by_role("textbox", name="Careful").fill(own)
    assert violations(page) == []
    with page.expect_download() as started:
        page.get_by_role("textbox", name="Careful").press("Enter")
    assert started.value.suggested_filename == "playbook.toml"
    assert read_playbook(Path(started.value.path())).texts == {"careful": {"name": own}}
    expect(page.get_by_text("python -m training fit TABLE --playbook playbook.toml")).to_be_visible()


def test_a_name_that_another_segment_has_or_of_five_words_is_refused(page, address):
    opened(page, address)
    name = page.get_by_role("textbox", name="Careful")
    for refused in ("Frugal", "one two three four five", " "):
        name.fill(refused)
        page.get_by_role("button", name="Download the playbook").click()
        expect(name).to_be_focused()
        assert not name.evaluate("(node) => node.checkValidity()")
    name.fill("Careful")
    page.get_by_role("button", name="Download the playbook").click()
    expect(page.get_by_text("No name has been changed.")).to_be_visible()


def test_any_text_is_written_as_toml(blank, tmp_path):
    texts = ['"', "\\", "ü 漢字 🙂", "[x]", "a = 1 # b", "'''", "\t"]
    segments = [{"slug": f"käse {number}", "name": "old"} for number in range(len(texts))]
    path = tmp_path / "playbook.toml"
    path.write_text(call(blank, "customer/names:playbook", segments, [f"x{text}x" for text in texts]), encoding="utf-8")
    assert [entry["name"] for entry in read_playbook(path).texts.values()] == [f"x{text}x" for text in texts]
