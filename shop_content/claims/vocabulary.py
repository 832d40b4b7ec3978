"""From a folded word to the symbols it carries: term lists and plain words of the rules.

A symbol is an int. A word of a German compound carries the symbols of its parts, each part with its
own number, so that "schmerzlindernd" is an effect on a target and "Linderung" alone is not.
"""

from types import ModuleType

from shop_content.claims import english, german
from shop_content.claims.folding import plain
from shop_content.claims.stems import EXACT, Stem

LANGUAGES: dict[str, ModuleType] = {"de": german, "en": english}
# A longer word means nothing.
LONGEST_WORD = 48
_MAX_ENDING = 8
_CACHE_LIMIT = 100_000
_SHORT_HEAD = 6
START = 4
_VOWELS = frozenset("aeiouy")
_VERB_PREFIXES = frozenset(
    "ver be ent er ge zer un ab an auf aus bei ein mit nach vor zu um los her hin weg".split()
)
_DERIVED = (
    "lich", "isch", "ig", "haft", "bar", "sam", "los", "ung", "in", "er", "ern", "heit", "keit", "ion", "iv", "itaet",
    "ator", "ier", "ell", "ist", "ismus", "ur", "ent", "al",
)  # fmt: skip

# A hit of a word: (symbol, part of the compound, verb particle it still needs).
Reading = tuple[int, int, str]
# (class of endings, symbol, particle, usable in compounds, role: any, first or last part only)
_Entry = tuple[int, int, str, bool, str]
_Hit = tuple[int, str, bool]


class Vocabulary:
    """All words of one language's rulebook. Fill with add(), then only analyse()."""

    def __init__(self, language: str) -> None:
        morphology = LANGUAGES[language]
        self._expand = morphology.expand
        self._suffixes = {
            "any": morphology.SUFFIXES,
            "last": morphology.HEAD_SUFFIXES,
            "first": morphology.MODIFIER_SUFFIXES,
            "lead": morphology.LEAD_SUFFIXES,
        }
        self._compounds = language == "de"
        self._stems: dict[str, list[_Entry]] = {}
        # How stems begin, short ones whole: most parts of most words are turned away by it.
        self._starts: set[str] = set()
        self._cache: dict[str, tuple[Reading, ...]] = {}
        self._plain: set[int] = set()
        self.particles: set[str] = set()

    def add_plain(self, word: str, symbol: int, *, exact: bool, compounds: bool) -> None:
        """Let a word of a phrase carry `symbol`; it does not hide the parts of a compound."""
        self._plain.add(symbol)
        self.add(word, symbol, exact=exact, compounds=compounds)

    def is_plain(self, symbol: int) -> bool:
        """Return whether the symbol stands for one word of a phrase."""
        return symbol in self._plain

    def add(self, word: str, symbol: int, *, exact: bool = False, compounds: bool = True) -> None:
        """Let `word` carry `symbol`.

        Marks: =word as it stands, -word only as the end of a longer word, word- only as its
        beginning. `exact`: no inflection. `compounds`: also as a part of a compound.
        """
        if word.startswith("="):
            word, exact, compounds = word[1:], True, False
        role = "last" if word.startswith("-") else "first" if word.endswith("-") else "any"
        bare = word.strip("-")
        folded = plain(bare)
        inflected = not exact and role != "first"
        stems = self._expand(bare, folded) if inflected else [Stem(folded, EXACT)]
        for stem in stems:
            if stem.particle:
                self.particles.add(stem.particle)
            entry = (stem.kind, symbol, stem.particle, compounds, stem.role or role)
            self._stems.setdefault(stem.text, []).append(entry)
            self._starts.add(stem.text[:START])

    def entries(self) -> dict[str, list[tuple[int, int, str, bool, str]]]:
        """Return by stem what it may be: class of endings, symbol, particle, compounds, role."""
        return self._stems

    def analyse(self, word: str) -> tuple[Reading, ...]:
        """Return the readings of a folded word; () when no rule knows any part of it."""
        known = self._cache.get(word)
        if known is None:
            if len(self._cache) >= _CACHE_LIMIT:
                self._cache.clear()
            known = self._cache[word] = self._analyse(word)
        return known

    def _analyse(self, word: str) -> tuple[Reading, ...]:
        if len(word) > LONGEST_WORD:
            return ()
        whole = self._hits(word, "any")
        found = dict.fromkeys((symbol, 0, particle) for symbol, particle, _ in whole)
        if len(word) > 4 and all(symbol in self._plain for symbol, _, _ in found):
            # A term of a list means what it says; a word of a phrase may still be a compound.
            for symbol, part in self._parts(word, 0):
                found.setdefault((symbol, part, ""))
        return tuple(found)

    def _hits(self, word: str, place: str) -> list[_Hit]:
        """Return the entries that the whole of `word` is an allowed form of, in that place."""
        if len(word) > 1 and self._is_strange(word):
            return []
        found, suffixes = [], self._suffixes[place]
        for cut in range(len(word), max(0, len(word) - _MAX_ENDING), -1):
            entries = self._stems.get(word[:cut])
            if entries is None:
                continue
            ending = word[cut:]
            for kind, symbol, particle, compounds, role in entries:
                fits = ending in suffixes[kind] if kind else not ending
                if fits and role in ("any", "first" if place == "lead" else place):
                    found.append((symbol, particle, compounds))
        return found

    def _is_strange(self, word: str) -> bool:
        """Return whether no stem begins as the word does."""
        return self._starts.isdisjoint((word[:START], word[:3], word[:2]))

    def _part_hits(self, word: str, place: str) -> list[int]:
        """Return the symbols of `word` as a part of a compound."""
        hits = self._hits(word, place)
        return [symbol for symbol, particle, compounds in hits if compounds and not particle]

    def _parts(self, word: str, part: int) -> dict[tuple[int, int], None]:
        """Split a word: the longest known last part, then the first part, recursively."""
        starts = self._starts
        for cut in range(2, len(word) - 1):
            head, modifier = word[cut:], word[:cut]
            if starts.isdisjoint((head[:START], head[:3], head[:2])):
                continue
            symbols = self._part_hits(head, "last")
            if not self._compounds:
                symbols = [s for s in symbols if self._is_ending(head, s)]
            if symbols and self._may_precede(modifier, head):
                found = {(symbol, part): None for symbol in symbols}
                found.update(self._first(modifier, part + 1))
                return found
        return self._prefix(word, part)

    def _is_ending(self, head: str, symbol: int) -> bool:
        return any(
            entry[1] == symbol and entry[4] == "last"
            for cut in range(len(head), max(0, len(head) - _MAX_ENDING), -1)
            for entry in self._stems.get(head[:cut], ())
        )

    def _first(self, modifier: str, part: int) -> dict[tuple[int, int], None]:
        whole = self._part_hits(modifier, "first")
        if whole:
            return dict.fromkeys((symbol, part) for symbol in whole)
        return self._parts(modifier, part) if len(modifier) > 5 and part < 4 else {}

    def _may_precede(self, modifier: str, head: str) -> bool:
        if modifier in _VERB_PREFIXES:
            return False
        if self._hits(modifier, "first"):
            return True
        if len(head) >= _SHORT_HEAD or self._only_last(head):
            return len(modifier) > 2 and not _VOWELS.isdisjoint(modifier)
        return len(modifier) > 5 and bool(self._parts(modifier, 0))

    def _only_last(self, head: str) -> bool:
        return bool(self._hits(head, "last")) and not self._hits(head, "any")

    def _prefix(self, word: str, part: int) -> dict[tuple[int, int], None]:
        """No last part is known: the longest first part, if the rest can be a word."""
        if self._is_strange(word):
            return {}
        for cut in range(len(word) - 3, 2, -1):
            first, rest = word[:cut], word[cut:]
            symbols = self._part_hits(first, "lead")
            if not symbols:
                continue
            only_first = not self._hits(first, "any")
            if only_first or (self._compounds and self._may_follow(first, rest)):
                return dict.fromkeys((symbol, part) for symbol in symbols)
        return {}

    @staticmethod
    def _may_follow(first: str, rest: str) -> bool:
        if rest.startswith(_DERIVED) and len(rest) < 7:
            return False
        return len(first) > 5 and not _VOWELS.isdisjoint(rest)
