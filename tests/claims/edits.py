"""Random rulebooks, random edits of them, and random texts full of what they speak of.

The rulebooks are the shipped one cut down to a few words a list, so that edits meet each other and
a compilation takes milliseconds.
"""

import copy
import json
import random
from collections.abc import Callable, Iterable
from itertools import chain
from typing import Any

from shop_content import claims
from tests.claims.conftest import FIXTURES

SHIPPED = json.loads(claims.read_rulebook(FIXTURES).source)
Source = dict[str, Any]
GLUE = {
    "de": "und oder nicht kein ohne aber dass weil die der das mit für gegen bei ab an auf aus "
    "ein zu vor , . ! ? : – 3 300 mg".split(),
    "en": "and or not no without but that because the with for against in of to , . ! ? : – "
    "3 300 mg".split(),
}
ENDINGS = ("", "", "", "e", "en", "er", "s", "t", "te", "ung", "nd", "ing", "ed", "los")
FACTS = claims.Facts((claims.ProductFacts("MG-1", None, ()),))


def small(chance: random.Random, code: str, words: int = 5) -> Source:
    """Return the shipped rulebook of one language with at most so many words a list."""
    source: Source = copy.deepcopy(SHIPPED)
    language = source["languages"][code]
    source["languages"] = {code: language}
    for row in language["lists"].values():
        kept = [word for word in row["words"] if word.startswith("@")]
        own = [word for word in row["words"] if not word.startswith("@")]
        row["words"] = kept + chance.sample(own, min(words, len(own)))
    language["rules"] = chance.sample(language["rules"], min(80, len(language["rules"])))
    language["allowed"] = chance.sample(language["allowed"], min(30, len(language["allowed"])))
    return source


def rulebook(source: Source) -> claims.Rulebook:
    return claims.Rulebook.from_source(json.dumps(source))


def phrase(chance: random.Random, source: Source, code: str) -> str:
    """Return a phrase somebody might add: a word, several, or term lists, with all signs."""
    words, lists = vocabulary(source, code), list(source["languages"][code]["lists"])

    def item() -> str:
        sign = chance.choice(["", "", "", "=", "-"])
        word = chance.choice(words)
        word = word + "-" if chance.random() < 0.1 else word
        return f"@{chance.choice(lists)}" if chance.random() < 0.4 else sign + word

    items = [item() for _ in range(chance.choice([1, 1, 2, 2, 3]))]
    return (" … " if chance.random() < 0.2 else " ").join(items)


def _rows(source: Source, code: str) -> dict[str, list[str]]:
    language = source["languages"][code]
    rows = {f"@{name}": row["words"] for name, row in language["lists"].items()}
    rows |= {row["id"]: [*row["phrases"], *row.get("unless", ())] for row in language["rules"]}
    rows |= {row["id"]: row["phrases"] for row in language["allowed"]}
    for claim in source["authorised"]:
        rows[claim["id"]] = list(claim["wording"][code]["effects"])
    return rows


def _pieces(texts: Iterable[str]) -> set[str]:
    pieces = (piece.strip("-=…") for text in texts for piece in text.split())
    return {piece for piece in pieces if piece}


def vocabulary(source: Source, code: str) -> list[str]:
    """Return the plain words the rulebook speaks of."""
    texts = _rows(source, code).values()
    return sorted(piece for piece in _pieces(chain(*texts)) if piece[0] != "@")


def focus(before: Source, after: Source, code: str) -> list[str]:
    """Return the words that the changed entries speak of, lists taken apart."""
    found: set[str] = set()
    for source, other in ((before, after), (after, before)):
        rows, others, whole = _rows(source, code), _rows(other, code), entries(source, code)
        changed = {
            name for name, row in whole.items() if row != entries(other, code).get(name)
        } | {name for name in rows if rows[name] != others.get(name)}
        waiting = [text for name in changed for text in rows.get(name, [])]
        for _ in range(4):
            pieces = _pieces(waiting)
            found |= {piece for piece in pieces if piece[0] != "@"}
            waiting = [text for piece in pieces for text in rows.get(piece, [])[:20]]
    return sorted(found)


def entries(source: Source, code: str) -> dict[str, Source]:
    """Return the rules and allowed texts by id."""
    language = source["languages"][code]
    return {row["id"]: row for row in (*language["rules"], *language["allowed"])}


def _list(chance: random.Random, source: Source, code: str) -> Source:
    lists: dict[str, Source] = source["languages"][code]["lists"]
    return lists[chance.choice(sorted(lists))]


def _one(chance: random.Random, source: Source, code: str, kind: str) -> Source:
    rows: list[Source] = source["languages"][code][kind]
    return chance.choice(rows)


def add_words(chance: random.Random, source: Source, code: str) -> None:
    row = _list(chance, source, code)
    row["words"].insert(chance.randrange(len(row["words"]) + 1), phrase(chance, source, code))


def drop_words(chance: random.Random, source: Source, code: str) -> None:
    row = _list(chance, source, code)
    if row["words"]:
        row["words"].pop(chance.randrange(len(row["words"])))


def shuffle_words(chance: random.Random, source: Source, code: str) -> None:
    chance.shuffle(_list(chance, source, code)["words"])


def turn_list(chance: random.Random, source: Source, code: str) -> None:
    name = chance.choice(["exact", "compounds"])
    row = _list(chance, source, code)
    row[name] = not row.get(name, name == "compounds")


def add_list(chance: random.Random, source: Source, code: str) -> None:
    name = f"{chance.choice('amz')}_new_{chance.randrange(1000)}"
    words = [phrase(chance, source, code) for _ in range(3)]
    lists = source["languages"][code]["lists"]
    user = _list(chance, source, code)
    lists[name] = {"scope": "new", "words": words}
    if chance.random() < 0.5:
        user["words"].append(f"@{name}")
    _one(chance, source, code, "rules")["phrases"].append(
        f"@{name} {phrase(chance, source, code)}"
    )


def drop_list(chance: random.Random, source: Source, code: str) -> None:
    language = source["languages"][code]
    used = json.dumps([language["rules"], language["allowed"], language["lists"]])
    unused = [name for name in sorted(language["lists"]) if f"@{name}" not in used]
    if unused:
        del language["lists"][chance.choice(unused)]


def add_rule(chance: random.Random, source: Source, code: str) -> None:
    rule = copy.deepcopy(_one(chance, source, code, "rules"))
    rule["id"] += f".{chance.randrange(10_000)}"
    rule["phrases"] = [phrase(chance, source, code) for _ in range(2)]
    rules = source["languages"][code]["rules"]
    rules.insert(chance.randrange(len(rules) + 1), rule)


def drop_rule(chance: random.Random, source: Source, code: str) -> None:
    rules = source["languages"][code]["rules"]
    rules.pop(chance.randrange(len(rules)))


def alter_rule(chance: random.Random, source: Source, code: str) -> None:
    rule = _one(chance, source, code, "rules")
    name, values = chance.choice(
        [
            ("severity", ["block", "warn", "info"]),
            ("carrier", ["none", "near", "assumed", "stated", "named"]),
            ("shape", ["any", "fragment", "sentence", "question", "heading", "hook", "opening"]),
            ("negation", ["lifts", "ignored"]),
            ("forms", ["all", "exact"]),
            ("apart", ["none", "2", "clause", "sentence"]),
            ("order", ["any", "written"]),
            ("inside_compounds", [True, False]),
            ("leads", [True, False]),
            ("fields", [[], ["item"], ["paragraph"]]),
            ("within", [[], ["warning"], ["legal"]]),
            ("unless", [[], [phrase(chance, source, code)]]),
            ("phrases", [[*rule["phrases"], phrase(chance, source, code)]]),
            ("message", [{"de": "Neu.", "en": "New."}]),
            ("legal_basis", ["Art. 99"]),
            ("suggestions", [["Anders."]]),
            ("category", [row["code"] for row in source["categories"]]),
        ]
    )
    rule[name] = chance.choice(values)


def turn_rules(chance: random.Random, source: Source, code: str) -> None:
    chance.shuffle(source["languages"][code]["rules"])


def add_allowed(chance: random.Random, source: Source, code: str) -> None:
    entry = copy.deepcopy(_one(chance, source, code, "allowed"))
    entry["id"] += f".{chance.randrange(10_000)}"
    entry["phrases"] = [phrase(chance, source, code)]
    entry["scope"] = chance.choice(["words", "sentence"])
    source["languages"][code]["allowed"].append(entry)


def drop_allowed(chance: random.Random, source: Source, code: str) -> None:
    allowed = source["languages"][code]["allowed"]
    if len(allowed) > 1:
        allowed.pop(chance.randrange(len(allowed)))


def alter_category(chance: random.Random, source: Source, code: str) -> None:
    row = chance.choice(source["categories"])
    if chance.random() < 0.5:
        row["severity"] = chance.choice(["block", "warn", "info"])
    else:
        row["message"] = {"de": "Neu.", "en": "New."}


def alter_claim(chance: random.Random, source: Source, code: str) -> None:
    claim = chance.choice(source["authorised"])
    kind = chance.randrange(5)
    if kind == 0:
        claim["minimum_mg"] = chance.choice(["1", "1000"])
    elif kind == 1:
        claim["wording"][code]["effects"].append(phrase(chance, source, code))
    elif kind == 2 and len(source["authorised"]) > 1:
        source["authorised"].remove(claim)
    elif kind == 3:
        chance.shuffle(source["authorised"])
    else:
        claim["wording"][code]["official"] += " neu"


Edit = Callable[[random.Random, Source, str], None]
EDITS: tuple[Edit, ...] = (
    add_words,
    drop_words,
    shuffle_words,
    turn_list,
    add_list,
    drop_list,
    add_rule,
    drop_rule,
    alter_rule,
    alter_rule,
    turn_rules,
    add_allowed,
    drop_allowed,
    alter_category,
    alter_claim,
)


def text(chance: random.Random, words: list[str], told: list[str], code: str) -> str:
    """Return a short document: inflected, compounded, hyphenated words in all blocks.

    `told`: the words to use most; of only a few of them, or no text would be left out.
    """
    some = chance.sample(told, min(len(told), chance.choice([0, 1, 1, 2, 2, 4])))
    usual = chance.sample(words, min(len(words), 8))
    blocks = []
    for _ in range(chance.randint(1, 5)):
        said = ["Magnesium"] * chance.choice([0, 0, 1])
        for _ in range(chance.randint(1, 9)):
            word = chance.choice(chance.choice([some or usual, usual, GLUE[code]]))
            if word[-1].isalpha():
                word += chance.choice(ENDINGS)
            if chance.random() < 0.15:
                word += chance.choice(["", "-"]) + chance.choice(some or usual).lower()
            said.append(word)
        tag = chance.choice(["p", "p", "p", "h2", "li", "td"])
        blocks.append(f"<{tag}>{' '.join(said)}{chance.choice(['', '.', '?', ':'])}</{tag}>")
    return "".join(blocks)
