"""Makes the tables of numbering plans: `.venv/bin/python -m tests.helpers.phone_table` after a new phonenumbers.

What it knows of a country: its calling code, the prefix for calls abroad, the prefix at home and what becomes of a
number with it, and, of each calling code, the numbers that there can be.
"""

import json
import re

from phonenumbers import PhoneMetadata
from phonenumbers.phonenumberutil import COUNTRY_CODE_TO_REGION_CODE

from tests.helpers.service import ROOT

PYTHON = ROOT / "training/contacts/phone_plans.json"
PAGE = ROOT / "static/customers/contacts/phone_plans.js"
ABOUT = "Numbering plans of libphonenumber's metadata, made by tests/helpers/phone_table.py and not by hand."
SHAPE = "{codes: Record<string, string>, regions: Record<string, readonly string[]>}"
KINDS = (
    "fixed_line", "mobile", "toll_free", "premium_rate", "shared_cost", "personal_number", "voip", "pager", "uan",
    "voicemail",
)  # fmt: skip
NOWHERE = "001"
"""The metadata's name for the region of numbers that belong to no country."""


def plans() -> dict[str, dict[str, object]]:
    """Return "codes", a pattern of the numbers after each calling code, and "regions"."""
    codes: dict[str, object] = {}
    regions: dict[str, object] = {}
    for code, names in sorted(COUNTRY_CODE_TO_REGION_CODE.items()):
        patterns: set[str] = set()
        for name in names:
            data = PhoneMetadata.metadata_for_region_or_calling_code(code, name)
            numbers = (getattr(data, kind) for kind in KINDS)
            patterns |= {desc.national_number_pattern for desc in numbers if desc and desc.national_number_pattern}
            if name != NOWHERE:
                regions[name] = _plan(code, data)
        codes[str(code)] = "|".join(sorted(patterns))
    return {"codes": codes, "regions": regions}


def _plan(code: int, data: PhoneMetadata) -> list[str]:
    """Return calling code, prefix abroad, prefix at home and what becomes of it, without what is empty at the end."""
    becomes = re.sub(r"\\(\d)", r"$\1", data.national_prefix_transform_rule or "")
    plan = [str(code), data.international_prefix or "", data.national_prefix_for_parsing or "", becomes]
    while not plan[-1]:
        plan.pop()
    return plan


def texts() -> dict[str, str]:
    """Return what stands in each file, by its path from the root."""
    parts = [
        f'"{part}": {{\n'
        + ",\n".join(f"{json.dumps(name)}: {json.dumps(plan)}" for name, plan in named.items())
        + "\n}"
        for part, named in plans().items()
    ]
    table = "{\n" + ",\n".join(parts) + "\n}"
    script = f"/**\n * {ABOUT}\n */\n\n/** @type {{{SHAPE}}} */\nexport const PLANS = {table};\n"
    return {str(PYTHON.relative_to(ROOT)): f"{table}\n", str(PAGE.relative_to(ROOT)): script}


if __name__ == "__main__":
    for path, text in texts().items():
        (ROOT / path).write_text(text, encoding="utf-8")
