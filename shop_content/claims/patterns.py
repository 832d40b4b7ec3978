"""Patterns over symbols, and how they match the symbols that stand in a sentence."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from shop_content.claims.tokens import Token

# How far words of a phrase written with "…" may stand apart.
ELLIPSIS_GAP = 5
_MAX_MATCHES = 4


class Occurrence(NamedTuple):
    """A symbol in a sentence: first and last token, and the part of a compound it came from."""

    first: int
    last: int
    part: int


@dataclass(frozen=True, slots=True)
class Pattern:
    """Symbols that must stand together.

    `gap`: tokens allowed between neighbours (-1: no limit). `gaps` overrides it per neighbour pair.
    """

    elements: tuple[int, ...]
    gaps: tuple[int, ...]
    ordered: bool
    same_clause: bool
    needed: frozenset[int] = field(init=False)

    def __post_init__(self) -> None:
        """Keep what must stand in a sentence for the pattern to be tried at all."""
        object.__setattr__(self, "needed", frozenset(self.elements))


Symbols = dict[int, list[Occurrence]]
Match = tuple[Occurrence, ...]


def overlap(one: Occurrence, other: Occurrence) -> bool:
    """Return whether two occurrences use the same word, or the same part of one compound."""
    if one.last < other.first or other.last < one.first:
        return False
    same_word = one.first == one.last == other.first == other.last
    return not (same_word and one.part != other.part)


def matches(pattern: Pattern, symbols: Symbols, tokens: list[Token]) -> Iterator[Match]:
    """Yield a few matches of a pattern whose `needed` stands, each with one occurrence per element."""
    find = _ordered if pattern.ordered else _unordered
    count, last_end = 0, -1
    for first in symbols[pattern.elements[0]]:
        match = find(pattern, symbols, tokens, (first,))
        if match is None:
            continue
        if count and match[-1].first <= last_end and match[0].first <= last_end:
            continue
        yield match
        count, last_end = count + 1, max(item.last for item in match)
        if count >= _MAX_MATCHES:
            return


def _ordered(pattern: Pattern, symbols: Symbols, tokens: list[Token], done: Match) -> Match | None:
    if len(done) == len(pattern.elements):
        return done
    before = done[-1]
    gap = pattern.gaps[len(done) - 1]
    for item in symbols[pattern.elements[len(done)]]:
        if item.first < before.first or (item.first <= before.last and overlap(item, before)):
            continue
        if item.first < before.last:
            continue
        if gap >= 0 and item.first - before.last - 1 > gap:
            break
        if pattern.same_clause and tokens[item.first].clause != tokens[done[0].first].clause:
            continue
        if any(overlap(item, other) for other in done):
            continue
        match = _ordered(pattern, symbols, tokens, (*done, item))
        if match is not None or gap < 0:
            # Without a limit the earliest place is the best one: no need to try the others.
            return match
    return None


def _unordered(
    pattern: Pattern, symbols: Symbols, tokens: list[Token], done: Match
) -> Match | None:
    anchor = done[0]
    for number in range(1, len(pattern.elements)):
        gap, best, distance = pattern.gaps[number - 1], None, 1 << 30
        for item in symbols[pattern.elements[number]]:
            if any(overlap(item, other) for other in done):
                continue
            if pattern.same_clause and tokens[item.first].clause != tokens[anchor.first].clause:
                continue
            away = max(item.first - anchor.last, anchor.first - item.last) - 1
            if (gap < 0 or away <= gap) and away < distance:
                best, distance = item, away
        if best is None:
            return None
        done = (*done, best)
    return done
