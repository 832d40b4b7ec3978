"""The 26 categories of findings: names, legal basis, default severity, messages.

The text is data, fixtures/taxonomy.toml; a rulebook carries its own copy, so that an old rulebook
version still explains itself.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from shop_content.claims.errors import RulebookInvalid
from shop_content.claims.report import SEVERITIES

TAXONOMY_PATH = Path(__file__).resolve().parents[2] / "fixtures" / "taxonomy.toml"
_FIELDS = frozenset({"code", "name", "legal_basis", "severity", "note", "message", "suggestions"})


@dataclass(frozen=True, slots=True)
class Category:
    """One kind of objection. `name`, `message` and `suggestions` are keyed by language."""

    code: str
    name: Mapping[str, str] = field(hash=False)
    legal_basis: str
    severity: str
    note: str
    message: Mapping[str, str] = field(hash=False)
    suggestions: Mapping[str, tuple[str, ...]] = field(hash=False)


def category_from(row: Mapping[str, Any], where: str) -> Category:
    """Build a category from its data. Raise RulebookInvalid naming `where` and the code."""
    code = str(row.get("code", "?"))
    unknown = set(row) - _FIELDS
    if unknown or not {"code", "name", "legal_basis", "severity", "message"} <= set(row):
        raise RulebookInvalid(
            f"{where}: category {code}: missing or unknown fields {unknown or ''}"
        )
    if row["severity"] not in SEVERITIES:
        raise RulebookInvalid(f"{where}: category {code}: unknown severity {row['severity']!r}")
    for name in ("name", "message"):
        if set(row[name]) != {"de", "en"}:
            raise RulebookInvalid(f"{where}: category {code}: {name} needs de and en")
    suggestions = {k: tuple(v) for k, v in row.get("suggestions", {}).items()}
    return Category(
        code=code,
        name=MappingProxyType(dict(row["name"])),
        legal_basis=row["legal_basis"],
        severity=row["severity"],
        note=row.get("note", ""),
        message=MappingProxyType(dict(row["message"])),
        suggestions=MappingProxyType(suggestions),
    )


def read_categories(path: Path) -> list[dict[str, Any]]:
    """Return the rows of a taxonomy file. Raise RulebookInvalid when it is no TOML."""
    try:
        return list(tomllib.loads(path.read_text(encoding="utf-8"))["categories"])
    except (OSError, KeyError, ValueError) as error:
        raise RulebookInvalid(f"{path.name}: {error}") from error


CATEGORIES: Mapping[str, Category] = MappingProxyType(
    {row["code"]: category_from(row, TAXONOMY_PATH.name) for row in read_categories(TAXONOMY_PATH)}
)
