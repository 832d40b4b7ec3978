"""The catalogues are what their sources say, and public pages speak the reader's language."""

import gettext
import re
from pathlib import Path

import pytest
from django.utils import translation
from django.utils.translation import gettext as _g

ROOT = Path(__file__).resolve().parent.parent / "locale"
ENTRY = re.compile(r'msgid "(.+)"\n(?:msgid_plural ".+"\n)?msgstr(?:\[0\])? "(.*)"')


@pytest.mark.parametrize("language", ["de", "en"])
def test_compiled_catalogue_is_that_of_its_source(language: str) -> None:
    folder = ROOT / language / "LC_MESSAGES"
    source = dict(ENTRY.findall((folder / "django.po").read_text(encoding="utf-8")))
    with (folder / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for message, text in source.items():
        if "%(number)s" not in message and "%(minutes)s" not in message:
            assert compiled.gettext(message) == (text or message)


def test_every_string_of_the_public_pages_is_german_too() -> None:
    folder = ROOT.parent / "shop_content" / "templates" / "storefront"
    strings = {
        string
        for path in folder.glob("*.html")
        for string in re.findall(
            r"{% translate [\"'](.+?)[\"'] %}", path.read_text(encoding="utf-8")
        )
    }
    assert strings
    with translation.override("de"):
        assert {string for string in strings if _g(string) == string} == set()
