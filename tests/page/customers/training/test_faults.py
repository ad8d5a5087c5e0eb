"""What training says of options the page says of its fields: no message that can reach it names an option."""

import ast
import re
from pathlib import Path

from tests.helpers.service import ROOT
from tests.page.helpers.modules import call_each

TRAINING = ROOT / "training"
SPEAKERS = [
    *(TRAINING / "tables").rglob("*.py"),
    *(TRAINING / "clustering").rglob("*.py"),
    *(TRAINING / "targeting" / name for name in ("assignment.py", "measure.py", "movement.py", "scored.py")),
]
"""What reads the tables that the page sends; how files are read is settled there, as what it sends is plain CSV."""

NEVER = re.compile(
    "|".join(
        [
            r"^--",  # an option alone, in no sentence
            r"--features: |in --features\b|with --features$|--value: |which with --amount",  # which, it always says
            r"--date-format: |give --date-format once|another --date-format",  # it has one, of those that there are
            r"--delimiter|--time-zone|such as --customer|say --customer",
            r"add --orders|; --describe|--describe says|--describe:",
        ]
    )
)
"""Of options that only the command line has, or that no table of the page leads to."""


def messages(path: Path) -> list[str]:
    """Return the texts of a module, with `amount` in the place of each value, but for its documentation."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documents = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    joined = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
    parts = {id(part) for node in joined for part in node.values}
    texts = [
        "".join(str(part.value) if isinstance(part, ast.Constant) else "amount" for part in node.values)
        for node in joined
    ]
    texts += [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and not {id(node)} & (documents | parts)
    ]
    return [text for text in texts if re.search("--[a-z]", text)]


def test_no_message_names_an_option(blank):
    said = [text for path in SPEAKERS for text in messages(path) if not NEVER.search(text)]
    assert len(said) > 20
    shown = call_each(blank, "customers/training/faults:inPageWords", [(text, "shop.csv") for text in said])
    assert "\n".join(text for text in shown if re.search("--[a-z]", text)) == ""
