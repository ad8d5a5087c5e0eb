"""Which pages may call: what can be a page's origin, and what cannot."""

import pytest

from function.origins import read_origins


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("", set()),
        (" , ", set()),
        ("*", {"*"}),
        ("null", {"null"}),
        ("https://Shop.example,", {"https://shop.example"}),
        (
            "http://www.shop.example:8080, http://[::1],capacitor://localhost",
            {"http://www.shop.example:8080", "http://[::1]", "capacitor://localhost"},
        ),
        ("http://a.example:443,https://a.example:80", {"http://a.example:443", "https://a.example:80"}),
    ],
)
def test_origins_are_read_as_browsers_send_them(setting, expected):
    assert read_origins(setting) == expected


@pytest.mark.parametrize(
    "origin",
    [
        *("shop.example", "https://shop.example/", "https://shop.example/page", "a b", "https://*.shop.example"),
        *("https://shop.example:443", "http://shop.example:80", "https://user@shop.example", "https://müller.example"),
    ],
)
def test_what_no_page_s_origin_can_be_is_refused(origin):
    with pytest.raises(ValueError, match=r"^ALLOWED_ORIGINS: expected") as refusal:
        read_origins(f"*, {origin}")
    assert str(refusal.value).endswith(f"found {origin!r}")
