"""The second reader: suspects a claim where no list has the words, doubts some that rules see.

It warns, it never blocks.

A linear model over the words of a sentence, what the first reader has seen in it (term lists,
subject, kind of block) and what stands around it. Its weights are data, learnt from labelled copy by
`manage.py train_reader`; why it is kept: docs/decisions/0005-second-reader.md.
"""

import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from math import log, sqrt
from pathlib import Path
from typing import Any

from shop_content.claims.context import Subject
from shop_content.claims.reading import Reading
from shop_content.claims.rulebook import LanguageRules, Rule

DATA = Path(__file__).resolve().parent / "data"
LANGUAGES = ("de", "en")
# How much one fact counts beside the words of a sentence, which count 1 together (root of squares).
_FACT, _NEIGHBOUR, _DOCUMENT = 0.3, 0.15, 1.0
_WORDS_A_STEP, _LONGEST = 3, 6
_STEPS = 5
_LONG, _PIECE = 6, 5
# Words up to this length say little to a reader: für, den, with.
_SHORT = 4
_REASONS = 3
# Log odds below which a finding is doubted (docs/decisions/0005-second-reader.md, "Doubt").
_DOUBT = -1.0
_REMEMBERED = 4_000
_DIGITS = re.compile(r"\d+")
_LIST = re.compile(r"@(\w+)")
# Text allowed by law: nothing in such a sentence is a mere suspicion.
_SETTLED = frozenset({"legal", "warning"})
_TITLES = frozenset({"heading", "title"})

_SAY = {
    "de": (
        "Vermutung ohne Eintrag der Liste: bitte lesen und entscheiden.",
        "Auffällig:",
        "Ähnlich beanstandet:",
        "„%s“",
    ),
    "en": (
        "A suspicion without an entry of the list: please read and decide.",
        "It noticed:",
        "Objected to before:",
        "“%s”",
    ),
}

Features = dict[str, float]


@dataclass(frozen=True, slots=True)
class Seen:
    """A sentence as the first reader has read it. `hit`: it has a finding that holds the text."""

    reading: Reading
    subject: Subject
    lists: frozenset[str]
    hit: bool


@dataclass(frozen=True, slots=True)
class Suspicion:
    """What a sentence is suspected of, the words that weighed most, and what it resembles."""

    category: str
    words: tuple[str, ...]
    like: str

    def in_words(self, language: str) -> str:
        """Return the reasons as a sentence of that language."""
        suspected, noticed, resembles, quoted = _SAY.get(language, _SAY["en"])
        parts = [suspected]
        if self.words:
            parts.append(noticed + " " + ", ".join(quoted % word for word in self.words) + ".")
        if self.like:
            parts.append(f"{resembles} {quoted % self.like}")
        return " ".join(parts)


def marks(rules: LanguageRules) -> dict[str, str]:
    """Return by rule a short name of what it says: its conditions, and every word of its lists."""
    known: dict[str, str] = {}

    def of_list(name: str) -> str:
        if name not in known:
            known[name] = ""  # a list that names itself is refused elsewhere
            entries = rules.lists[name]
            known[name] = _short(
                entries.words, entries.compounds, entries.exact, *inside(entries.words)
            )
        return known[name]

    def inside(phrases: Iterable[str]) -> list[str]:
        names = {name for phrase in phrases for name in _LIST.findall(phrase)}
        return [of_list(name) for name in sorted(names) if name in rules.lists]

    return {rule.id: _short(_conditions(rule), inside(rule.phrases)) for rule in rules.rules}


def _conditions(rule: Rule) -> tuple[Any, ...]:
    """Return what decides about a finding: not the examples, not the texts for people."""
    return (
        *(rule.id, rule.category, rule.severity, rule.phrases, rule.apart, rule.order),
        *(rule.carrier, rule.shape, rule.negation, rule.forms, rule.inside_compounds),
        *(rule.unless, rule.within, rule.fields, rule.leads),
    )


def _short(*said: Any) -> str:
    return hashlib.sha256(repr(said).encode()).hexdigest()[:10]


def inner(seen: Seen) -> Features:
    """Return what a sentence shows by itself: its words and what the first reader knows of them."""
    sentence, subject = seen.reading.sentence, seen.subject
    words = [_DIGITS.sub("0", token.word) for token in sentence.tokens]
    share = 1 / sqrt(len(words))
    found: Features = defaultdict(float)
    for word in words:
        found[f"w:{word}"] += share
        if len(word) > _LONG:  # how it begins and ends: a relative of words seen before
            found[f"b:{word[:_PIECE]}"] += share
            found[f"e:{word[-_PIECE:]}"] += share
    facts = {
        f"subject:{subject.status}",
        f"fragment:{subject.fragment}",
        f"near:{subject.near}",
        f"led:{subject.led}",
        f"question:{sentence.is_question}",
        f"kind:{sentence.block.kind}",
        f"end:{sentence.ending.strip()[:1]}",
        f"length:{min(_LONGEST, len(words) // _WORDS_A_STEP)}",
        f"first:{words[0]}",
        f"last:{words[-1]}",
        *(f"allowed:{owner.kind}" for owner, _ in seen.reading.allowed),
        *seen.lists,
    }
    return found | dict.fromkeys(facts, _FACT)


class Surroundings:
    """What stands around the sentences of one document: headings above, neighbours, all the rest."""

    def __init__(self, document: Sequence[Seen]) -> None:
        self._document = document
        self._whole = _whole(document)
        self._hits = sum(seen.hit for seen in document)
        self._headings: list[Seen | None] = []
        heading = None
        for seen in document:
            self._headings.append(heading)
            if seen.reading.sentence.block.kind in _TITLES:
                heading = seen

    def of(self, place: int) -> Features:
        """Return the features around the sentence at a place."""
        document, heading = self._document, self._headings[place]
        found = self._whole | _share_of_hits(self._hits, document, document[place])
        if heading:
            found |= _under(heading.lists)
        if place:
            found |= _before(document[place - 1])
        if place + 1 < len(document):
            found |= _after(document[place + 1])
        return found


def _under(lists: frozenset[str]) -> Features:
    return dict.fromkeys((f"under:{name}" for name in lists), _NEIGHBOUR)


def _before(seen: Seen) -> Features:
    names = (*(f"before:{name}" for name in seen.lists), f"before subject:{seen.subject.status}")
    return dict.fromkeys(names, _NEIGHBOUR) | {"before hit": _DOCUMENT / 2 * seen.hit}


def _after(seen: Seen) -> Features:
    return {"after hit": _DOCUMENT / 2 * seen.hit}


def _whole(document: Sequence[Seen]) -> Features:
    carriers = sum("@carrier" in seen.lists for seen in document) / len(document)
    hit = any(seen.hit for seen in document)
    names = (f"carriers:{min(_STEPS, int(10 * carriers))}", f"any hit:{hit}")
    return dict.fromkeys(names, _DOCUMENT / 2)


def _share_of_hits(hits: int, document: Sequence[Seen], seen: Seen) -> Features:
    """Return how much of the other sentences is objected to."""
    part = (hits - seen.hit) / max(1, len(document) - 1)
    return {"hits": 2 * part, f"hits:{min(_STEPS, int(10 * part))}": _DOCUMENT}


def settled(seen: Seen) -> bool:
    """Return whether allowed text leaves nothing to suspect in a sentence."""
    return any(owner.kind in _SETTLED for owner, _ in seen.reading.allowed)


class SecondReader:
    """One language's model."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._weights: dict[str, float] = data["weights"]
        self._bias: float = data["bias"]
        self._threshold: float = data["threshold"]
        # Categories by feature: few features speak for any.
        self._speaks_for: dict[str, list[tuple[str, float]]] = defaultdict(list)
        for code, weights in data["categories"].items():
            for name, weight in weights.items():
                self._speaks_for[name].append((code, weight))
        self._prior = dict(self._speaks_for.pop("", ()))
        self._nearest = lru_cache(_REMEMBERED)(self._look_up)
        self._examples: list[tuple[str, str]] = data["examples"]
        step = self._weights.get("after hit", 0.0) * _DOCUMENT / 2
        self._after = {True: step, False: 0.0}
        self._under = lru_cache(_REMEMBERED)(lambda lists: self.weigh(_under(lists)))
        self._before = lru_cache(_REMEMBERED)(self._weigh_before)
        self.categories = frozenset(data["categories"])
        self._rules = frozenset(data.get("rules", ()))
        self.lists = frozenset(name for name in self._weights if name.startswith("@"))

    def fits(self, lists: Iterable[str], categories: Iterable[str]) -> bool:
        """Return whether a rulebook has half of the lists it learnt by, and all it would say."""
        shared = self.lists & set(lists)
        return 2 * len(shared) >= len(self.lists) and self.categories <= set(categories)

    @classmethod
    @cache
    def of(cls, language: str) -> "SecondReader | None":
        """Return the model that ships for a language; None where none is."""
        path = DATA / f"reader_{language}.json"
        return cls(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else None

    def weigh(self, features: Features) -> float:
        """Return what features add to the suspicion (log odds)."""
        weights = self._weights
        return sum(weights.get(name, 0.0) * value for name, value in features.items())

    def weigh_around(self, document: Sequence[Seen]) -> list[float]:
        """Return for every sentence what `weigh` says of what stands around it."""
        whole, hits = self.weigh(_whole(document)), sum(seen.hit for seen in document)
        # Of the share of hits there are two: of sentences with and of sentences without one.
        share = {seen.hit: self.weigh(_share_of_hits(hits, document, seen)) for seen in document}
        found, under, before = [], 0.0, 0.0
        for place, seen in enumerate(document):
            last = place + 1 == len(document)
            after = 0.0 if last else self._after[document[place + 1].hit]
            found.append(whole + share[seen.hit] + under + before + after)
            if seen.reading.sentence.block.kind in _TITLES:
                under = self._under(seen.lists)
            before = self._before(seen.lists, seen.subject.status, hit=seen.hit)
        return found

    def _weigh_before(self, lists: frozenset[str], status: str, *, hit: bool) -> float:
        total = sum(self._weights.get(f"before:{name}", 0.0) for name in lists)
        total += self._weights.get(f"before subject:{status}", 0.0)
        return _NEIGHBOUR * total + _DOCUMENT / 2 * self._weights.get("before hit", 0.0) * hit

    def suspects(self, weight: float) -> bool:
        """Return whether a sentence of this weight is to be shown to a person."""
        return weight + self._bias > self._threshold

    def known(self, rules: LanguageRules) -> frozenset[str]:
        """Return the ids of the rules it was trained beside, word for word: it may doubt no other."""
        return frozenset(name for name, mark in marks(rules).items() if mark in self._rules)

    def doubts(self, weight: float) -> bool:
        """Return whether a sentence of this weight looks harmless, whatever a rule says of it."""
        return weight + self._bias < _DOUBT

    def explain(self, seen: Seen, features: Features) -> Suspicion:
        """Return what is suspected, and why."""
        sentence = seen.reading.sentence
        spelt = {
            token.word: sentence.block.text[token.start : token.end] for token in sentence.tokens
        }
        weigh = {word: self._weights.get("w:" + _DIGITS.sub("0", word), 0.0) for word in spelt}
        telling = (word for word in spelt if weigh[word] > 0 and len(word) > _SHORT)
        strong = sorted(telling, key=lambda word: -weigh[word])[:_REASONS]
        return Suspicion(
            self.category(features),
            tuple(spelt[word] for word in strong),
            self._nearest(tuple(spelt)),
        )

    def category(self, features: Features) -> str:
        """Return what a violation with these features most likely is."""

        odds = dict(self._prior)
        for name, value in features.items():
            for code, weight in self._speaks_for.get(name, ()):
                odds[code] += weight * value
        return max(sorted(odds), key=odds.__getitem__)

    @cached_property
    def _index(self) -> dict[str, list[int]]:
        index: dict[str, list[int]] = defaultdict(list)
        for place, (_, words) in enumerate(self._examples):
            for word in set(words.split()):
                index[word].append(place)
        return index

    def _look_up(self, words: tuple[str, ...]) -> str:
        """Return the labelled violation that shares most with these words, the rare ones first."""
        shared: Counter[int] = Counter()
        for word in words:
            places = self._index.get(word, ())
            for place in places:
                shared[place] += round(100 * log(len(self._examples) / len(places)))  # type: ignore[assignment]
        if not shared:
            return ""
        return self._examples[max(shared, key=lambda place: (shared[place], -place))][0]


def version() -> str:
    """Return a short name of the weights that ship: other weights are another engine."""
    files = [DATA / f"reader_{language}.json" for language in LANGUAGES]
    content = b"".join(path.read_bytes() for path in files if path.exists())
    return hashlib.sha256(content).hexdigest()[:8]
