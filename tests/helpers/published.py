"""What deploy.sh puts into the page's bucket, by the program that makes it."""

import importlib.util

from tests.helpers.service import ROOT

_spec = importlib.util.spec_from_file_location("page", ROOT / ".deploy/page.py")
page = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(page)
