"""Which pages may call: the setting ALLOWED_ORIGINS, of the function and of the training service alike."""

import re

ANY = "*"
_ORIGIN = r"[a-z][a-z0-9+.-]*://[a-z0-9.:\[\]-]+|null"
"""As a browser names a page's origin: scheme, host and port, in lower case; null for a file."""
_USUAL_PORT = r"http://.*:80|https://.*:443"
"""Browsers leave these out."""


def read_origins(setting: str) -> frozenset[str]:
    """Return the origins that a setting names, as browsers send them.

    Parameters
    ----------
    setting : str, origins with commas between them, ``*`` for any

    Raises
    ------
    ValueError
        One of them is no page's origin, so that no page could ever call by it.
    """
    origins = frozenset(origin.strip().lower() for origin in setting.split(",")) - {""}
    for origin in origins - {ANY}:
        if not re.fullmatch(_ORIGIN, origin) or re.fullmatch(_USUAL_PORT, origin):
            expected = "https://www.example.com without a path or the usual port, several with commas between, or *"
            raise ValueError(f"ALLOWED_ORIGINS: expected {expected}; found {origin!r}")
    return origins
