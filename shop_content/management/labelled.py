"""Labelled copy: units (sentence, heading, bullet …) of documents, a JSON object a line."""

import html
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

Unit = dict[str, Any]
# These depend on product data, which labelled copy does not have.
PRODUCT = frozenset({"AUTH_COND", "MAND"})
_TAG = re.compile(r"</?[a-z][^>]*>")
_CONTAINERS = {"paragraph": "p", "bullet": "ul"}
_WRAPPERS = {
    "heading": ("<h2>", "</h2>\n"),
    "bullet": ("<li>", "</li>"),
    "statement": ("<blockquote><p>", "</p></blockquote>\n"),
    "paragraph": ("", " "),
}


def documents(paths: Iterable[str]) -> dict[tuple[str, str], list[Unit]]:
    """Return the units by (language, document). Raise CommandError naming the file."""
    found: dict[tuple[str, str], list[Unit]] = {}
    for path in paths:
        try:
            lines = Path(path).read_text(encoding="utf-8").splitlines()
            units = [json.loads(line) for line in lines if line.strip()]
            for unit in units:
                found.setdefault((unit["lang"], unit["doc"]), []).append(unit)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CommandError(f"{path}: not a labelled corpus ({error})") from error
    return found


def violates(unit: Unit) -> bool:
    """Return whether a unit is labelled as a violation."""
    return unit["severity"] in {"block", "warn"}


def codes(unit: Unit) -> list[str]:
    """Return the categories a unit is labelled with, the first one first."""
    return [code for code in unit["labels"] if not code.startswith(("OK_", "CTX_"))]


def render(units: list[Unit]) -> tuple[str, list[tuple[int, int]]]:
    """Return the document as HTML, and each unit's place in it."""
    source, spans, block = "", [], ""
    for unit in units:
        kind, text = unit["kind"], unit["text"]
        wanted = _CONTAINERS.get(kind, "")
        if block and block != wanted:
            source += f"</{block}>\n"
            block = ""
        if not _TAG.search(text):
            text = html.escape(text, quote=False)
        before, after = _WRAPPERS.get(kind, ("<p>", "</p>\n"))
        if wanted and not block:
            source += f"<{wanted}>"
            block = wanted
        source += before
        spans.append((len(source), len(source) + len(text)))
        source += text + after
    return source + (f"</{block}>\n" if block else ""), spans
