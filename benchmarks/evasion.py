"""How many objections survive an evasive spelling: labelled sentences, each spelt in many ways.

Taken are the sentences of tests/claims/corpus/*.jsonl that are labelled as violations and that the
first reader objects to as they stand; a spelling is caught when it still objects to the sentence
spelt that way. No database, no clock: the figure is the same everywhere.
"""

import html
import json
import random
import sys
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

from shop_content import claims

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = 400
LETTERS = {"a": "а", "e": "е", "o": "о", "p": "р", "c": "с", "x": "х", "i": "і"}
LEET = {"e": "3", "i": "1", "o": "0", "a": "4"}
PLAIN = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"}


def inner(sign: str) -> Callable[[str], str]:
    """Return a spelling with `sign` inside every longer word."""
    return lambda text: " ".join(
        word[: len(word) // 2] + sign + word[len(word) // 2 :] if len(word) > 4 else word
        for word in text.split()
    )


def swapped(table: dict[str, str]) -> Callable[[str], str]:
    """Return a spelling with letters exchanged."""
    return lambda text: "".join(table.get(letter, letter) for letter in text)


def spaced(text: str) -> str:
    """Return the longest word letter by letter."""
    longest = max(text.split(), key=len)
    return text.replace(longest, " ".join(longest), 1)


def wide(text: str) -> str:
    """Return full-width letters."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" and c.isalnum() else c for c in text)


def decomposed(text: str) -> str:
    """Return umlauts as a letter and a combining mark."""
    return unicodedata.normalize("NFD", text)


SPELLINGS: dict[str, Callable[[str], str]] = {
    "zero-width space": inner("\u200b"),
    "word joiner": inner("\u2060"),
    "soft hyphen": inner("\u00ad"),
    "combining grapheme joiner": inner("\u034f"),
    "emoji between letters": inner("💊"),
    "Cyrillic look-alikes": swapped(LETTERS),
    "digits for letters": swapped(LEET),
    "ae, oe, ue, ss": swapped(PLAIN),
    "capitals": str.upper,
    "full width": wide,
    "decomposed umlauts": decomposed,
    "one word letter by letter": spaced,
    "entities": lambda text: "".join(f"&#{ord(c)};" if c.isalpha() else c for c in text),
    "tags inside words": inner("<b></b>"),
    "comments inside words": inner("<!-- -->"),
}


def sentences(language: str) -> Iterator[str]:
    """Yield the labelled violations of a language, in a fixed random order."""
    rows = []
    for path in sorted((ROOT / "tests" / "claims" / "corpus").glob(f"*_{language}.jsonl")):
        rows += [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    random.Random(432).shuffle(rows)  # noqa: S311 -- a shuffle, no secret
    for row in rows:
        if row["severity"] in {"block", "warn"} and "<" not in row["text"]:
            yield row["text"]


def main() -> None:
    """Print the share of caught spellings by language."""
    checker = claims.Checker(claims.read_rulebook(ROOT / "fixtures"), second_reader=False)

    def objects(text: str, language: str) -> bool:
        parts = [claims.Part("body", "body", "html", text)]
        found = checker.check(parts, language=language).findings
        return any(finding.severity != "info" for finding in found)

    for language in ("de", "en"):
        plain = (html.escape(text, quote=False) for text in sentences(language))
        sample = [text for text in plain if objects(f"<p>{text}</p>", language)][:SAMPLE]
        sys.stdout.write(
            f"{language}: {len(sample)} sentences that are objected to as they stand\n"
        )
        total = 0
        for name, spell in SPELLINGS.items():
            caught = sum(objects(f"<p>{spell(text)}</p>", language) for text in sample)
            total += caught
            sys.stdout.write(f"  {name:28} {caught / len(sample):6.1%}\n")
        sys.stdout.write(f"  {'all':28} {total / len(sample) / len(SPELLINGS):6.1%}\n")


if __name__ == "__main__":
    main()
