"""Reading a rulebook from its TOML files: what ships in fixtures/ and what officers exchange."""

import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from shop_content.claims.errors import RulebookInvalid
from shop_content.claims.rulebook import FORMAT, Rulebook, build

TAXONOMY, AUTHORISED = "taxonomy.toml", "authorised_claims.toml"
# A key of many parts costs the TOML reader time by the square of its length.
_LONG_KEY = re.compile(r"(?:[\w-]+[ \t]*\.[ \t]*){20}")
_ENTRY = re.compile(r"^(?P<file>[^:]+\.toml): (?P<kind>[a-z]+) @?(?P<name>[^\s:]+)")


def read_rulebook(folder: Path) -> Rulebook:
    """Return the rulebook of `folder`: taxonomy.toml, authorised_claims.toml, rulebook/*.toml.

    Raise RulebookInvalid naming the file and the entry.
    """
    languages = sorted((folder / "rulebook").glob("*.toml"))
    if not languages:
        raise RulebookInvalid(f"{folder.name}: no rulebook/*.toml")
    return rulebook_of(
        {path.name: _bytes(path) for path in (folder / TAXONOMY, folder / AUTHORISED, *languages)}
    )


def rulebook_of(files: Mapping[str, bytes], base: Rulebook | None = None) -> Rulebook:
    """Return the rulebook of the contents of TOML files by name; `de.toml` holds the German rules.

    What no file is given for is taken from `base`. Raise RulebookInvalid naming file, entry, line.
    """
    data: dict[str, Any] = json.loads(base.source) if base else {"languages": {}}
    data["format"] = FORMAT
    texts = {name: _text(raw, name) for name, raw in files.items()}
    for name, text in texts.items():
        parsed = _parsed(text, name)
        if name == TAXONOMY:
            data["categories"] = _tables(parsed, "categories", name)
        elif name == AUTHORISED:
            data["authorised"] = _tables(parsed, "claims", name)
        else:
            data["languages"][name.removesuffix(".toml")] = _language(parsed, name)
    sections = {name.removesuffix(".toml"): name for name in texts}
    try:
        return build(data, sections | {"authorised": AUTHORISED})
    except RulebookInvalid as error:
        raise RulebookInvalid(_with_line(str(error), texts)) from error
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        names = ", ".join(texts)
        raise RulebookInvalid(f"{names}: an entry is not built as expected: {error!r}") from error


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise RulebookInvalid(f"{path.name}: {error}") from error


def _text(raw: bytes, name: str) -> str:
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise RulebookInvalid(f"{name}: not UTF-8 (line {line})") from error


def _parsed(text: str, name: str) -> dict[str, Any]:
    if _LONG_KEY.search(text):
        raise RulebookInvalid(f"{name}: a key has too many parts")
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise RulebookInvalid(f"{name}: nested too deeply") from error
    except ValueError as error:
        raise RulebookInvalid(f"{name}: {error}") from error


def _with_line(message: str, texts: Mapping[str, str]) -> str:
    """Add the line at which the entry the message names begins."""
    match = _ENTRY.match(message)
    text = texts.get(match["file"], "") if match else ""
    if match is None or not text:
        return message
    name = re.escape(match["name"])
    head = rf"\[lists\.\"?{name}\"?\]" if match["kind"] == "list" else rf"(id|code) *= *\"{name}\""
    found = [at.start() for at in re.finditer(rf"^ *{head}", text, re.MULTILINE)]
    return f"{message} (line {text.count(chr(10), 0, found[-1]) + 1})" if found else message


def _tables(data: Mapping[str, Any], key: str, name: str) -> list[dict[str, Any]]:
    rows = data.get(key)
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise RulebookInvalid(f"{name}: [[{key}]] is missing")
    return rows


def _language(data: dict[str, Any], name: str) -> dict[str, Any]:
    unknown = set(data) - {"lists", "rules", "allowed"}
    if unknown or "rules" not in data:
        raise RulebookInvalid(f"{name}: sections are lists, rules, allowed; not {sorted(unknown)}")
    lists = {}
    for key, row in _list_rows(data, name):
        words = row.get("words", "")
        if isinstance(words, str):
            words = [term.strip() for line in words.splitlines() for term in line.split(",")]
        lists[key] = row | {"words": [word for word in words if word]}
    allowed = _tables(data, "allowed", name) if "allowed" in data else []
    return {"lists": lists, "rules": _tables(data, "rules", name), "allowed": allowed}


def _list_rows(data: dict[str, Any], name: str) -> list[tuple[str, dict[str, Any]]]:
    lists = data.get("lists", {})
    if not isinstance(lists, dict) or not all(isinstance(row, dict) for row in lists.values()):
        raise RulebookInvalid(f"{name}: a term list is [lists.NAME] with scope and words")
    for key, row in lists.items():
        if not isinstance(row.get("words", ""), (str, list)):
            raise RulebookInvalid(f"{name}: list @{key}: words has the wrong type")
    return list(lists.items())


def files_of(rulebook: Rulebook) -> dict[str, str]:
    """Return the rulebook as TOML files by name; `rulebook_of` builds the same rulebook of them."""
    data = json.loads(rulebook.source)
    files = {f"{code}.toml": _language_toml(row) for code, row in data["languages"].items()}
    files[AUTHORISED] = "\n".join(_table("claims", row) for row in data["authorised"])
    files[TAXONOMY] = "\n".join(_table("categories", row) for row in data["categories"])
    return files


def _language_toml(section: dict[str, Any]) -> str:
    lists = "\n".join(
        f"[lists.{_toml(name)}]\n{_rows(row)}" for name, row in section["lists"].items()
    )
    tables = [_table(key, row) for key in ("rules", "allowed") for row in section.get(key, [])]
    return "\n".join([lists, *tables])


def _table(key: str, row: dict[str, Any]) -> str:
    return f"[[{key}]]\n{_rows(row)}"


def _rows(row: dict[str, Any]) -> str:
    first = {key: row[key] for key in ("id", "code") if key in row}
    return "".join(f"{key} = {_toml(value)}\n" for key, value in (first | row).items())


def _toml(value: Any) -> str:
    """Return a value as TOML; a JSON text is a TOML text, but for the character DEL."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_toml(k)} = {_toml(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
