"""Reading a rulebook from its TOML files: what ships in fixtures/ and what officers exchange."""

import tomllib
from pathlib import Path
from typing import Any

from shop_content.claims.categories import read_categories
from shop_content.claims.errors import RulebookInvalid
from shop_content.claims.rulebook import FORMAT, Rulebook, build


def read_rulebook(folder: Path) -> Rulebook:
    """Return the rulebook of `folder`: taxonomy.toml, authorised_claims.toml, rulebook/*.toml.

    Raise RulebookInvalid naming the file and the entry.
    """
    files = {"taxonomy": "taxonomy.toml", "authorised": "authorised_claims.toml"}
    languages: dict[str, Any] = {}
    for path in sorted((folder / "rulebook").glob("*.toml")):
        files[path.stem] = path.name
        languages[path.stem] = _language(_read(path), path.name)
    if not languages:
        raise RulebookInvalid(f"{folder.name}: no rulebook/*.toml")
    authorised = _read(folder / files["authorised"])
    data = {
        "format": FORMAT,
        "categories": read_categories(folder / files["taxonomy"]),
        "languages": languages,
        "authorised": authorised.get("claims", []),
    }
    return build(data, files)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RulebookInvalid(f"{path.name}: {error}") from error


def _language(data: dict[str, Any], name: str) -> dict[str, Any]:
    unknown = set(data) - {"lists", "rules", "allowed"}
    if unknown or "rules" not in data:
        raise RulebookInvalid(f"{name}: sections are lists, rules, allowed; not {sorted(unknown)}")
    lists = {}
    for key, row in data.get("lists", {}).items():
        words = row.get("words", "")
        if isinstance(words, str):
            words = [term.strip() for line in words.splitlines() for term in line.split(",")]
        lists[key] = row | {"words": [word for word in words if word]}
    return {"lists": lists, "rules": data["rules"], "allowed": data.get("allowed", [])}
