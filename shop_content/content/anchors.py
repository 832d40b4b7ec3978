"""Anchors of headings: readable, unique in the text, and never dead while the text is edited.

A link to a section must survive an edit of its heading, and must never lead to another section.
"""

import re
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from shop_content.content.slugs import fold, shorten

MAX_LENGTH = 60
# How alike two headings must be (0..1, `similarity`) to count as one heading reworded. Measured on
# an article of 13 headings: two different ones about the same subject reach 0.81, the next pair
# 0.68, most stay below 0.5; rewordings run from 0.6 to 0.9. So the wording alone must be nearly
# the same, and less is enough only where level and both neighbours are the same as before.
SAME_ANYWHERE = 0.85
SAME_IN_PLACE = 0.6
_COMPARED_LENGTH = 200
# Comparing every new heading with every old one is quadratic.
_COMPARED_HEADINGS = 100


@dataclass(frozen=True)
class HeadingText:
    """A heading as it stands in the text now."""

    level: int
    text: str


@dataclass(frozen=True)
class HeadingAnchor:
    """A heading of an earlier text, with the anchor and the aliases it had."""

    level: int
    text: str
    anchor: str
    aliases: tuple[str, ...] = ()


def slugify(text: str) -> str:
    """Return the anchor `text` asks for, at most 60 characters; "section" when it has no letters.

    German umlauts are spelled out, letters of other scripts stay as they are.
    """
    return shorten(fold(text, "de"), MAX_LENGTH) or "section"


def carry_over(
    headings: Sequence[HeadingText], previous: Sequence[HeadingAnchor]
) -> list[tuple[str, tuple[str, ...]]]:
    """Return (anchor, aliases) for each of `headings`, given the headings of the text before.

    A heading found again keeps both, wherever it stands now. One that was reworded gets an anchor
    of its new words, and the one it had becomes an alias: links to it go on working. Anchors and
    aliases of headings that are gone are not given to others.
    """
    matches = _match(headings, previous)
    taken = {name for old in previous for name in (old.anchor, *old.aliases)}
    numbers: Counter[str] = Counter()
    result: list[tuple[str, tuple[str, ...]]] = []
    for index, heading in enumerate(headings):
        if index in matches:
            result.append(_renamed(heading, previous[matches[index]], taken, numbers))
        else:
            result.append((_free(slugify(heading.text), taken, numbers), ()))
    return result


def _renamed(
    heading: HeadingText, old: HeadingAnchor, taken: set[str], numbers: Counter[str]
) -> tuple[str, tuple[str, ...]]:
    """Return the anchor of the new words and all that led here before."""
    wanted = slugify(heading.text)
    if _normal(heading.text) == _normal(old.text) or wanted == old.anchor:
        return old.anchor, old.aliases
    # A heading that gets back its old words gets back its old anchor.
    anchor = wanted if wanted in old.aliases else _free(wanted, taken, numbers)
    return anchor, tuple(name for name in (*old.aliases, old.anchor) if name != anchor)


def _free(base: str, taken: set[str], numbers: Counter[str]) -> str:
    """Take `base`, or the first of base-2, base-3 … that is free."""
    anchor = base
    while anchor in taken:
        # Remembered for each base: 35,000 equal headings must not cost 35,000 squared.
        numbers[base] += 1
        anchor = f"{base}-{numbers[base] + 1}"
    taken.add(anchor)
    return anchor


def similarity(one: str, other: str) -> float:
    """How alike two headings are, 0..1: the share of characters in common order (difflib)."""
    one, other = (_normal(text)[:_COMPARED_LENGTH] for text in (one, other))
    # The result depends on the order of the arguments: take them sorted.
    first, second = sorted((one, other))
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    return matcher.ratio() if matcher.real_quick_ratio() >= SAME_IN_PLACE else 0.0


def _match(headings: Sequence[HeadingText], previous: Sequence[HeadingAnchor]) -> dict[int, int]:
    """Which heading (index) was which one before (index); no index twice on either side."""
    matches: dict[int, int] = {}
    _match_equal(headings, previous, matches)
    _match_alike(headings, previous, matches)
    return matches


def _match_equal(
    headings: Sequence[HeadingText],
    previous: Sequence[HeadingAnchor],
    matches: dict[int, int],
) -> None:
    where: dict[str, deque[int]] = {}
    for index, old in enumerate(previous):
        where.setdefault(_normal(old.text), deque()).append(index)
    for index, heading in enumerate(headings):
        candidates = where.get(_normal(heading.text))
        if candidates:
            matches[index] = candidates.popleft()


def _match_alike(
    headings: Sequence[HeadingText],
    previous: Sequence[HeadingAnchor],
    matches: dict[int, int],
) -> None:
    used = set(matches.values())
    new = [i for i in range(len(headings)) if i not in matches][:_COMPARED_HEADINGS]
    old = [i for i in range(len(previous)) if i not in used][:_COMPARED_HEADINGS]
    places = {i: _place(i, headings, previous, matches) for i in new}
    scored = []
    for i in new:
        for j in old:
            alike = similarity(headings[i].text, previous[j].text)
            in_place = places[i] == j
            if in_place and _contained(headings[i].text, previous[j].text):
                alike = 1.0
            if alike >= (SAME_IN_PLACE if in_place else SAME_ANYWHERE):
                scored.append((-alike, i, j))
    for _alike, i, j in sorted(scored):
        if i not in matches and j not in used:
            matches[i] = j
            used.add(j)


def _place(
    index: int,
    headings: Sequence[HeadingText],
    previous: Sequence[HeadingAnchor],
    matches: dict[int, int],
) -> int | None:
    """The old heading between the same two neighbours and of the same level, if there is one."""
    before = matches.get(index - 1) if index else -1
    after = matches.get(index + 1) if index + 1 < len(headings) else len(previous)
    if before is None or after is None or after - before != 2:
        return None
    place = before + 1
    return place if previous[place].level == headings[index].level else None


def _contained(one: str, other: str) -> bool:
    """Whether a heading was only shortened or extended: all words of one are in the other."""
    words, others = set(_normal(one).split()), set(_normal(other).split())
    return bool(words and others) and (words <= others or others <= words)


def _normal(text: str) -> str:
    return re.sub(r"[\W_]+", " ", text.casefold()).strip()
