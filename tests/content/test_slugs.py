import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop_content.content import is_valid_slug, slugify


@pytest.mark.parametrize(
    ("text", "locale", "slug"),
    [
        ("Größe und Maß", "de", "groesse-und-mass"),
        ("Übergröße", "de-AT", "uebergroesse"),
        ("U\u0308bung", "de", "uebung"),
        ("Smörgåsbord", "sv", "smorgasbord"),
        ("Łódź & Œuvre", "en", "lodz-oeuvre"),
        ("½ l Wasser", "de", "12-l-wasser"),
        ("What's new?", "en", "what-s-new"),
        ("  --a__b--  ", "en", "a-b"),
        ("Admin", "en", "admin-1"),
        ("Хлеб", "ru", "text-38ef3ee7"),
        ("", "de", "text-e3b0c442"),
    ],
)
def test_slugify_spells_titles_in_ascii(text: str, locale: str, slug: str) -> None:
    assert slugify(text, locale) == slug


def test_slugify_cuts_at_a_word() -> None:
    assert slugify("wort " * 40, "de") == "-".join(["wort"] * 16)
    assert slugify("a" * 100, "de") == "a" * 80


@given(st.text(max_size=200), st.sampled_from(["de", "en", "ru"]))
def test_slugify_always_makes_a_valid_slug(text: str, locale: str) -> None:
    assert is_valid_slug(slugify(text, locale))


@pytest.mark.parametrize(
    "slug", ["", "A", "ä", "a b", "a--b", "-a", "a-", "a/b", "a\n", "admin", "a" * 81]
)
def test_is_valid_slug_refuses_what_an_address_cannot_hold(slug: str) -> None:
    assert is_valid_slug(slug) is False
