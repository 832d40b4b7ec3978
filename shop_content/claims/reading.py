"""A sentence read: which symbols of the rulebook stand where."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from shop_content.claims.compiled import Compiled, WordMeaning
from shop_content.claims.patterns import Match, Occurrence, Symbols, matches
from shop_content.claims.rulebook import Allowed
from shop_content.claims.tokens import Sentence, Token

# A sentence holds no more of one symbol than this: hostile text must not cost more than long text.
_MAX_OCCURRENCES = 24
_NUMBER_SYMBOL = 0
# A separable verb's particle stands at most so many words after its stem.
_PARTICLE_REACH = 40
_REMEMBERED_WORDS = 50_000


@dataclass(slots=True)
class Reading:
    """Symbols of one sentence, and the allowed text in it."""

    sentence: Sentence
    symbols: Symbols
    allowed: list[tuple[Allowed, Match]] = field(default_factory=list)
    # Every symbol that was met, also those of words in another sense.
    met: frozenset[int] = frozenset()

    def copy(self) -> "Reading":
        """Return a reading of its own for a judge, who takes words out."""
        return Reading(self.sentence, dict(self.symbols), self.allowed)

    def has(self, symbol: int) -> bool:
        """Return whether the symbol stands anywhere in the sentence."""
        return symbol in self.symbols

    def tokens_of(self, symbol: int) -> list[Occurrence]:
        """Return where it stands."""
        return self.symbols.get(symbol, [])


def read(sentence: Sentence, compiled: Compiled) -> Reading:
    """Return the reading of a sentence, words of other senses already taken out."""
    symbols: Symbols = {}
    tokens = sentence.tokens
    for index, token in enumerate(tokens):
        if token.word[0].isdigit():
            symbols.setdefault(_NUMBER_SYMBOL, []).append(Occurrence(index, index, 0))
        _add_word(compiled, symbols, tokens, index)
    _add_joined(compiled, symbols, tokens)
    reading = Reading(sentence, symbols)
    _add_terms(compiled, reading)
    reading.met = frozenset(symbols)
    _allow(compiled, reading)
    return reading


def put(compiled: Compiled, symbols: Symbols, symbol: int, at: Occurrence) -> None:
    """Add a symbol and every list it belongs to."""
    for owner in compiled.closure[symbol]:
        places = symbols.setdefault(owner, [])
        if len(places) < _MAX_OCCURRENCES and at not in places:
            places.append(at)


def _add_word(compiled: Compiled, symbols: Symbols, tokens: list[Token], index: int) -> None:
    if not compiled.vocabulary.analyse(tokens[index].word):
        return
    at = -1 if tokens[index].joined else _particle(compiled, tokens, index)
    particle = tokens[at].word if at >= 0 else ""
    for part, owners in _stands_for(compiled, tokens[index].word, particle):
        here = Occurrence(index, index, part)
        for owner in owners:
            places = symbols.setdefault(owner, [])
            if len(places) < _MAX_OCCURRENCES:
                places.append(here)


def _stands_for(compiled: Compiled, word: str, particle: str) -> WordMeaning:
    """Return the lists a word stands for, by the part of the compound, with a verb particle or ""."""
    known = compiled.meanings.get((word, particle))
    if known is None:
        if len(compiled.meanings) >= _REMEMBERED_WORDS:
            compiled.meanings = {}
        known = compiled.meanings[word, particle] = _look_up(compiled, word, particle)
    return known


def _look_up(compiled: Compiled, word: str, particle: str) -> WordMeaning:
    vocabulary = compiled.vocabulary
    readings = vocabulary.analyse(word)
    # "löst … aus" is not "löst": a particle that makes a known verb replaces the plain one.
    replaced = bool(particle) and any(needed == particle for _, _, needed in readings)
    ill = _is_illness(compiled, readings)
    found: dict[int, dict[int, None]] = {}
    for symbol, part, needed in readings:
        if needed and needed != particle:
            continue
        if replaced and not needed and not vocabulary.is_plain(symbol):
            continue
        if ill and part and not ill.isdisjoint(compiled.closure[symbol]):
            continue
        found.setdefault(part, {}).update(dict.fromkeys(compiled.closure[symbol]))
    return tuple((part, tuple(owners)) for part, owners in found.items())


def _is_illness(compiled: Compiled, readings: tuple[tuple[int, int, str], ...]) -> frozenset[int]:
    """Return what a compound must not count as when its last part is a complaint.

    A back ache is no promise for the back.
    """
    disease = compiled.symbol("@disease")
    if not any(part for _, part, _ in readings):
        return frozenset()
    if any(part == 0 and disease in compiled.closure[symbol] for symbol, part, _ in readings):
        return compiled.functions
    return frozenset()


def _particle(compiled: Compiled, tokens: list[Token], index: int) -> int:
    """Return the token that is a verb particle at the end of this token's clause, or -1."""
    particles = compiled.vocabulary.particles
    if not particles:
        return -1
    clause = tokens[index].clause
    for place in range(index + 1, min(len(tokens), index + _PARTICLE_REACH)):
        token = tokens[place]
        if token.clause != clause:
            break
        if token.word in particles:
            last = place + 1 == len(tokens) or tokens[place + 1].clause != clause
            if last or token.ends_clause or tokens[place + 1].word in _CONJUNCTIONS:
                return place
    return -1


_CONJUNCTIONS = frozenset({"und", "oder", "sowie", "aber", "sondern", "bzw", "als", "wie"})


def _add_joined(compiled: Compiled, symbols: Symbols, tokens: list[Token]) -> None:
    """Let what a joined word means stand, unless one of its pieces says it already."""
    for start, index, word in joined_words(tokens):
        for symbol, _, particle in compiled.vocabulary.analyse(word):
            inside = any(start <= at.first < index for at in symbols.get(symbol, ()))
            if not particle and not inside:
                put(compiled, symbols, symbol, Occurrence(start, index - 1, 0))


def joined_words(tokens: list[Token]) -> Iterator[tuple[int, int, str]]:
    """Yield words parted by a hyphen that may be one, "Blut-Druck", with first and next token."""
    index = 1
    while index < len(tokens):
        if not tokens[index].joined:
            index += 1
            continue
        start = index - 1
        while index < len(tokens) and tokens[index].joined and index - start < 4:
            index += 1
        yield start, index, "".join(token.word for token in tokens[start:index])


def _add_terms(compiled: Compiled, reading: Reading) -> None:
    tokens, symbols = reading.sentence.tokens, reading.symbols
    for level in compiled.terms:
        for trigger in [symbol for symbol in symbols if symbol in level]:
            for term in level[trigger]:
                if not term.pattern.needed <= symbols.keys():
                    continue
                for match in matches(term.pattern, symbols, tokens):
                    first = min(item.first for item in match)
                    last = max(item.last for item in match)
                    put(compiled, symbols, term.symbol, Occurrence(first, last, 0))


def _allow(compiled: Compiled, reading: Reading) -> None:
    """Find allowed text; other senses of a word lose their symbols at once."""
    tokens, symbols = reading.sentence.tokens, reading.symbols
    for trigger in [symbol for symbol in symbols if symbol in compiled.allowed]:
        for entry in compiled.allowed[trigger]:
            if not entry.pattern.needed <= symbols.keys():
                continue
            for match in matches(entry.pattern, symbols, tokens):
                assert isinstance(entry.owner, Allowed)
                reading.allowed.append((entry.owner, match))
    words = {
        index
        for owner, match in reading.allowed
        if owner.scope == "words"
        for item in match
        for index in range(item.first, item.last + 1)
    }
    if words:
        drop(reading, words)


def drop(reading: Reading, words: set[int]) -> None:
    """Take the symbols of these tokens out of the reading."""
    for symbol in list(reading.symbols):
        kept = [
            item
            for item in reading.symbols[symbol]
            if not any(index in words for index in range(item.first, item.last + 1))
        ]
        if kept:
            reading.symbols[symbol] = kept
        else:
            del reading.symbols[symbol]
