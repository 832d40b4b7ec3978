"""What an index keeps of a text: which words it has and what the rulebook knows of them, as ids.

An id is a hash of 32 bits, so nobody has to hand ids out; two names with one id only make a text a
candidate for nothing. Words do not depend on the rulebook, the names of its symbols do.
"""

import zlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import chain

from shop_content.claims.checker import Checker
from shop_content.claims.projection import project
from shop_content.claims.reading import joined_words
from shop_content.claims.report import Finding, Part
from shop_content.claims.vocabulary import LONGEST_WORD

_SIGN = 1 << 31


@dataclass(frozen=True, slots=True)
class Roots:
    """The ids of a text, sorted, and its words, which a vocabulary of all texts must know."""

    language: str
    ids: tuple[int, ...]
    words: frozenset[str]


def word_id(language: str, word: str) -> int:
    """Return the id of a folded word, a signed number of 32 bits."""
    return _id(f"{language} word {word}")


def name_id(language: str, name: str) -> int:
    """Return the id of a term list or of a word of a phrase, by its name in the rulebook."""
    return _id(f"{language} name {name}")


def _id(text: str) -> int:
    number = zlib.crc32(text.encode("utf-8", "surrogatepass"))
    return number - 2 * _SIGN if number >= _SIGN else number


def roots_of(checker: Checker, parts: Iterable[Part], *, language: str) -> Roots:
    """Return the roots of a document as this checker reads it. Raise UnknownLanguage.

    To be asked right after `check`: what was read then is remembered.
    """
    known = checker.language(language)
    code = known.compiled.language
    words: set[str] = set()
    met: set[int] = set()
    for _, sentence in known.read_all(project(parts)):
        tokens = sentence.reading.sentence.tokens
        said = chain((t.word for t in tokens), (w for _, _, w in joined_words(tokens)))
        words.update(word for word in said if len(word) <= LONGEST_WORD)
        met |= sentence.reading.met
    names = known.compiled.all_names()
    ids = {word_id(code, word) for word in words} | {name_id(code, names[s]) for s in met}
    return Roots(code, tuple(sorted(ids)), frozenset(words))


@dataclass(frozen=True, slots=True)
class Clause:
    """What must stand in a text: one id at least of each set."""

    needs: tuple[frozenset[int], ...]


@dataclass(frozen=True, slots=True)
class Candidates:
    """Which texts of one language may be judged otherwise after a change of the rulebook.

    `everything`: why no text can be left out, or empty. Otherwise a text is a candidate when it
    meets a clause, or had a finding of one of `rules` or `categories`, or one of `lowered` that is
    mere information: the second reader may have doubted it, and may no longer.
    """

    everything: str = ""
    clauses: tuple[Clause, ...] = ()
    rules: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    lowered: frozenset[str] = frozenset()

    def meets(self, ids: Collection[int], findings: Iterable[Finding]) -> bool:
        """Return whether a text with these roots and findings is a candidate."""
        for finding in findings:
            if finding.rule in self.rules or finding.category in self.categories:
                return True
            if finding.severity == "info" and finding.rule in self.lowered:
                return True
        if self.everything:
            return True
        return any(all(not n.isdisjoint(ids) for n in clause.needs) for clause in self.clauses)
