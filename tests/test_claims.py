"""The figures that the READMEs state in words are those of the code: limits, cuts and shares."""

import re

import pytest

from function import body, operations, parts, replies, server, validation
from function.dialects import bigquery, oip_tensors, routes
from function.model import bounds, changes, content, pickled, segmenter
from tests.helpers.service import ROOT
from tests.test_readme import table_with
from training.clustering import features, n_clusters, sample, winsorise
from training.commands import holdout
from training.contacts import people
from training.engines import duckdb
from training.jobs import child, queue, upload
from training.naming import names
from training.reports import colours
from training.scoring import drift
from training.tables import synthetic
from training.targeting import descriptors, effects, measure, profile

KIB, MIB = 2**10, 2**20
SPELT = {4: "four", 5: "five", 8: "eight", 10: "ten", 12: "twelve"}


def readme(folder: str) -> str:
    """Return a folder's README with its lines joined."""
    return re.sub(r"\s+", " ", (ROOT / folder / "README.md").read_text())


def setting(script: str, option: str) -> str:
    """Return what a script of the deployment gives an option."""
    return re.search(rf"--{option}=(\w+)", (ROOT / ".deploy" / script).read_text())[1]


def constant(module: str, name: str) -> float:
    """Return a constant of the page: numbers and their products, which Python writes as JavaScript does."""
    text = re.search(rf"const {name} = ([\d._e*< ]+);", (ROOT / "static" / module).read_text())[1]
    value: float = eval(text, {"__builtins__": {}})
    return value


FUNCTION_LIMITS = {
    "body of customers": f"{operations.PLAIN_BODY // MIB} MiB, decoded",
    "body of the platforms' dialects": (
        f"{operations.BATCH_BODY // MIB} MiB BigQuery, {operations.SERVING_BODY // MIB} MiB the others, decoded"
    ),
    "customers in a list": f"{validation.MAX_CUSTOMERS:,}",
    "customers, values in a tensor": f"{oip_tensors.MAX_ROWS:,}, {oip_tensors.MAX_VALUES:,}",
    "an item of a platform's list": f"{parts._LONGEST_PART // KIB} kB",
    "numbers in texts (BigQuery)": f"{bigquery._LONGEST_NUMBER} signs",
    "unfinished bodies held at once": f"{body.MAX_HELD // MIB} MiB",
    "pause within a body": f"{body.IDLE_SECONDS} s, then 408",
    "time of a request": f"{setting('cloud.sh', 'timeout').removesuffix('s')} s, by `deploy.sh`",
    "head of a request, fields behind its body": (
        f"{server.MAX_HEAD // KIB} kB, then 431; {server.HEAD_SECONDS} s to come"
    ),
    "an idle connection": f"{server.KEEP_ALIVE_SECONDS} s, by `function/server.py`",
    "value of a feature": "1e15 in magnitude",
    "model file": (
        f"{pickled.MAX_BYTES // MIB} MiB, {bounds.MAX_SEGMENTS} segments, {bounds.MAX_FEATURES} features, texts of "
        f"{pickled.MAX_TEXT:,} signs"
    ),
    "instances": f"{setting('cloud.sh', 'max-instances')}, by `deploy.sh`",
}


def test_the_function_s_limits_are_those_of_its_table():
    shown = table_with((ROOT / "function/README.md").read_text(), "What", "Limit", "Why")
    assert shown.keys() == FUNCTION_LIMITS.keys()
    for label, figures in FUNCTION_LIMITS.items():
        assert set(figures.split("; ")) <= set(shown[label]["Limit"].split("; ")), label
    assert content.LARGEST == 1e15
    assert replies.PLATFORM_ANSWER == 10_000_000
    assert "A batch may have 10 MiB and its answer 10 MB" in readme("function")


@pytest.mark.parametrize(
    ("folder", "claim"),
    [
        ("function", f"in parts of {parts._PART_BYTES // KIB} kB"),
        ("function", f"up to {body.MAX_DISCARDED // MIB} MiB of what it sends are read and thrown away"),
        ("function", f"numpy only from {segmenter.NUMPY_FROM} customers on"),
        ("function", f"The latest answers are kept, {routes.REMEMBERED // MIB} MB of them"),
        ("training", f"Above {sample.SAMPLE:,} rows K-Means starts from a sample"),
        ("training", f"{n_clusters.RFM_CANDIDATES[0]} to {n_clusters.RFM_CANDIDATES[-1]} of orders"),
        ("training", f"below {n_clusters.FIRM:.0%}".replace("%", " %") + " a warning names it"),
        ("training", f"a value lies beyond {winsorise.FAR} standard deviations"),
        ("training", f"between its {100 * winsorise.LOWEST} and {100 * winsorise.HIGHEST} % points"),
        ("training", f"at most {SPELT[names.MOST_WORDS]} words"),
        ("training", f"population stability index ({drift.SMALL} and {drift.LARGE})"),
        ("training", f"less than {round(100 * drift.SIGNIFICANT)} of 100 comparisons"),
        ("training", f"on the last {holdout._DAYS} days before the draw"),
        ("training", f"({effects.BUYERS_FOR_AN_INTERVAL} buyers a group for an interval, "),
        ("training", f", {effects.BUYERS_FOR_A_ROUGH_ONE} for a rough one)"),
        ("training", f"Cramér's V or eta of {descriptors.LARGE} and more"),
        ("training", f"figures of fewer than {SPELT[descriptors.FEWEST]} customers are hidden"),
        ("training", f"expected to have fewer than {SPELT[descriptors.FEWEST_EXPECTED]}"),
        ("training", f"Beyond {profile.MOST_VALUES} values the rest"),
        ("training", f"DuckDB starts with {duckdb.MEMORY // MIB} MB"),
        ("training", f"at most {upload.MAX_BYTES // MIB} MB, or refused before it comes"),
        ("training", f"with {child.MEMORY // 10**9} GB, {child.SECONDS} s and one processor"),
        ("training", f"One job a processor, {SPELT[queue.MOST]} more wait"),
        ("training", f"by one customer in {SPELT[round(1 / synthetic.EFFECT)]} of those written to"),
        ("static", f"A CSV file of up to {constant('customers/table/table.js', 'MOST_ROWS'):,} customers"),
        ("static", f"Batches of up to {constant('customers/table/batches.js', 'BATCH_ROWS'):,} go out"),
        ("static", f"go out {SPELT[constant('customers/table/scoring.js', 'IN_FLIGHT')]} at a time"),
        ("static", f"silence for {constant('service/training.js', 'PATIENCE_SECONDS')} s"),
        ("static", f"more than {constant('service/training.js', 'MOST_BYTES') // MIB} MB, memory"),
        ("static", f"2 to {constant('customers/training/choices/view.js', 'MOST_SEGMENTS')}."),
        ("static", f"With more than {constant('customer/inputs.js', 'FEW')} features the "),
        ("static", f"of more than {constant('ui/dom.js', 'LONG_LIST')} segments a phone shows the ".capitalize()),
        ("static", f"a phone shows the {constant('ui/dom.js', 'AT_FIRST')} largest at first"),
    ],
)
def test_a_figure_in_words_is_that_of_the_code(folder, claim):
    assert claim in readme(folder)


@pytest.mark.parametrize(
    ("module", "name", "value"),
    [
        ("customer/names.js", "LONGEST", names.LONGEST),
        ("customer/names.js", "MOST_WORDS", names.MOST_WORDS),
        ("customers/campaigns/answers/outcome.js", "NOT_AS_DRAWN", measure.NOT_AS_DRAWN),
        ("customers/contacts/contacts.js", "LONGEST_EMAIL", people._LONGEST),
        ("customers/drift.js", "LARGE", drift.LARGE),
        ("customers/drift.js", "SIGNIFICANT", drift.SIGNIFICANT),
        ("customers/drift.js", "SMALL", drift.SMALL),
        ("customers/files/reach.js", "RECENT", holdout._DAYS),
        ("customers/segments.js", "COLOURS", len(colours.COLOURS)),
        ("customers/segments.js", "DISSOLVES", n_clusters.DISSOLVES),
        ("customers/segments.js", "FIRM", n_clusters.FIRM),
        ("customers/training/columns.js", "SKEWED", features.SKEWED),
        ("service/contract.js", "LARGEST", content.LARGEST),
        ("service/inference.js", "BATCH_BYTES", operations.SERVING_BODY),
        ("service/training.js", "MOST_BYTES", upload.MAX_BYTES),
    ],
)
def test_a_figure_that_the_page_has_too_is_the_same_there(module, name, value):
    assert constant(module, name) == value


def test_as_many_segments_as_the_readme_says_are_told_how_to_be_reached_by_function_and_page():
    assert constant("model/changes.js", "MOST") == changes.MAX_CHANGES
    assert f"for each other segment (the {SPELT[changes.MAX_CHANGES]} nearest)" in readme("function")
