"""Every string of the interface is German and English, ours and the libraries'."""

import ast
import gettext
import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import Field
from django.utils.functional import Promise
from django.utils.translation import trans_real
from django.utils.translation.template import templatize

from shop_content.models import (
    Allowance,
    Change,
    Generation,
    ReleaseImage,
    Rendering,
    Roots,
    SearchEntry,
    Touched,
    Word,
)

ROOT = Path(__file__).resolve().parent.parent
CATALOGUES = [
    ROOT / "locale" / "de",
    ROOT / "locale" / "en",
    ROOT / "locale" / "libraries" / "de",
]
_MARKERS = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"}
_TEMPLATE_STRING = re.compile(r"""gettext\(\s*u?('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")""")
# The parent of a row that is edited inside its parent's form.
_NEVER_SHOWN = {
    "Salt.product",
    "ArticleProduct.article",
    "ArticleRelation.article",
    "Citation.article",
    "Image.digest",
    "Rendition.digest",
    "Rendition.image",
}
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}|%[sd]")


def _python_strings(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        first = node.args[0]
        if name in _MARKERS and isinstance(first, ast.Constant) and isinstance(first.value, str):
            yield first.value


def _template_strings(source: str) -> Iterator[str]:
    for literal in _TEMPLATE_STRING.findall(templatize(source)):
        yield ast.literal_eval(literal)


def _strings(folder: Path) -> set[str]:
    found: set[str] = set()
    for path in folder.rglob("*"):
        if "contrib" in path.relative_to(folder).parts:
            continue
        if path.suffix == ".py":
            found |= set(_python_strings(path.read_text(encoding="utf-8")))
        elif path.suffix == ".html":
            found |= set(_template_strings(path.read_text(encoding="utf-8")))
    return found - {""}


def _folder_of(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent


def _entries(path: Path) -> list[tuple[str, ...]]:
    """Read a .po file: (message, text) or (message, plural, text, text) for each entry."""
    entries: list[list[str]] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        keyword, _, literal = line.partition('"')
        if line.startswith("#") or not line:
            continue
        value = ast.literal_eval(f'"{literal}')
        if keyword.strip() == "msgid":
            entries.append([value])
        elif keyword:
            entries[-1].append(value)
        else:
            entries[-1][-1] += value
    return [tuple(entry) for entry in entries if entry[0]]


@pytest.mark.parametrize("package", ["shop_content", "unfold", "parler"])
def test_every_string_of_the_interface_is_german_too(package: str) -> None:
    catalogue = trans_real.translation("de")._catalog
    strings = _strings(_folder_of(package))
    assert len(strings) > 5
    missing = {s for s in strings if s not in catalogue and (s, 1) not in catalogue}
    assert missing == set()


def test_the_english_catalogue_has_every_string_of_ours() -> None:
    path = ROOT / "locale" / "en" / "LC_MESSAGES" / "django.po"
    assert _strings(_folder_of("shop_content")) - {entry[0] for entry in _entries(path)} == set()


# Tables that no desk shows.
_NO_DESK = {
    ReleaseImage,
    Rendering,
    Generation,
    Touched,
    Allowance,
    Change,
    Roots,
    SearchEntry,
    Word,
}


def test_every_name_of_a_field_can_be_translated() -> None:
    models = apps.get_app_config("shop_content").get_models(include_auto_created=False)
    plain = {
        f"{model.__name__}.{field.name}"
        for model in models
        if model not in _NO_DESK
        for field in model._meta.get_fields()
        if isinstance(field, Field)
        and not field.auto_created
        and field.name not in {"master", "uuid", "editors"}
        and not isinstance(field.verbose_name, Promise)
    }
    assert plain == _NEVER_SHOWN


@pytest.mark.parametrize("folder", CATALOGUES, ids=lambda f: f"{f.parent.name}-{f.name}")
def test_a_catalogue_has_no_empty_fuzzy_or_obsolete_entry(folder: Path) -> None:
    path = folder / "LC_MESSAGES" / "django.po"
    text = path.read_text(encoding="utf-8")
    assert [line for line in text.splitlines() if "fuzzy" in line or line.startswith("#~")] == []
    assert [entry for entry in _entries(path) if "" in entry] == []


@pytest.mark.parametrize("folder", CATALOGUES, ids=lambda f: f"{f.parent.name}-{f.name}")
def test_a_translation_has_the_placeholders_of_its_message(folder: Path) -> None:
    wrong = [
        entry
        for entry in _entries(folder / "LC_MESSAGES" / "django.po")
        if len({frozenset(_PLACEHOLDER.findall(text)) for text in entry}) != 1
    ]
    assert wrong == []


@pytest.mark.parametrize("folder", CATALOGUES, ids=lambda f: f"{f.parent.name}-{f.name}")
def test_a_compiled_catalogue_is_that_of_its_source(folder: Path) -> None:
    expected: dict[object, str] = {}
    for message, *texts in _entries(folder / "LC_MESSAGES" / "django.po"):
        if len(texts) == 1:
            expected[message] = texts[0]
        else:
            expected |= {(message, number): text for number, text in enumerate(texts[1:])}
    with (folder / "LC_MESSAGES" / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    assert {key: text for key, text in compiled.items() if key} == expected
