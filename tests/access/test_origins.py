"""Cross-origin reads: exact origins, and Vary only where it is true."""

import pytest

from shop_content.access.origins import ALLOW_ORIGIN, Sharing, origin_of

SHOP, OTHER = "https://shop.example", "https://other.example"
NOBODY: frozenset[str] = frozenset()


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        (" HTTPS://Shop.Example:443 ", SHOP),
        ("http://shop.example:80", "http://shop.example"),
        ("https://shop.example:8443", "https://shop.example:8443"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("https://[::1]:3000", "https://[::1]:3000"),
    ],
)
def test_origin_is_written_as_browsers_send_it(text: str, origin: str) -> None:
    assert origin_of(text) == origin


@pytest.mark.parametrize(
    "text",
    [
        *("", "*", "null", "shop.example", "https://", "https://shop.example/"),
        *("https://*.example", "https://u@shop.example", "ftp://shop.example"),
        *("https://a\nb", "https://" + "a" * 300),
    ],
)
def test_what_is_no_exact_origin_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^"):
        origin_of(text)


@pytest.mark.parametrize(
    ("configured", "origin", "of_key", "allowed"),
    [
        ([], SHOP, NOBODY, None),
        (["*"], None, NOBODY, "*"),
        (["*"], OTHER, frozenset({SHOP}), "*"),
        ([SHOP], None, NOBODY, None),
        ([SHOP], SHOP, NOBODY, SHOP),
        ([SHOP], OTHER, NOBODY, None),
        ([SHOP], SHOP + ".evil.test", NOBODY, None),
        ([], SHOP, frozenset({SHOP}), SHOP),
        ([], OTHER, frozenset({SHOP}), None),
        ([], "null", frozenset({SHOP}), None),
    ],
)
def test_origin_is_allowed_exactly(
    configured: list[str], origin: str | None, of_key: frozenset[str], allowed: str | None
) -> None:
    assert dict(Sharing.of(configured).headers(origin, of_key)).get(ALLOW_ORIGIN) == allowed


@pytest.mark.parametrize(
    ("configured", "of_key", "keys_share", "vary"),
    [
        ([], NOBODY, False, ""),
        (["*"], frozenset({SHOP}), True, ""),
        ([SHOP], NOBODY, False, "Origin"),
        ([], NOBODY, True, "Authorization, X-Api-Key"),
        ([], frozenset({SHOP}), True, "Origin, Authorization, X-Api-Key"),
        ([SHOP], NOBODY, True, "Origin, Authorization, X-Api-Key"),
    ],
)
def test_answers_vary_by_what_they_depend_on(
    configured: list[str], of_key: frozenset[str], keys_share: bool, vary: str
) -> None:
    assert Sharing.of(configured).varies_by(of_key, keys_share=keys_share) == vary
