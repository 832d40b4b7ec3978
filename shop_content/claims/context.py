"""Who a sentence speaks of: the food, by name or by reference, or something else.

Resolved once per sentence, in document order, so that "Das kann …", a bullet under a lead-in or a
heading without a verb is read with what stands before it.
"""

from dataclasses import dataclass
from itertools import pairwise

from shop_content.claims.blocks import FRAGMENT_KINDS
from shop_content.claims.compiled import Compiled
from shop_content.claims.reading import Reading
from shop_content.claims.tokens import Token

STATED, ANAPHOR, EMPTY, PERSON, OTHER = "stated", "anaphor", "empty", "person", "other"
_START = 5
_LOOK_BACK = 3
# A text with a full stop and this many words has a verb, even if no list knows it.
_LONG = 13
_AGENT_PLACES = 3
# So many sentences of customers make a text a page of reviews: they speak of what they bought.
_REPORTS = 2
# From this many sentences on a document is a text of its own, not a snippet of a product page.
WHOLE_TEXT = 6
# So many sentences in a kitchen or a court make a text one about kitchens or courts; so many words
# of such a scene make a sentence one.
_SCENES, _SCENE_WORDS = 3, 2
# Sentences within which the food is still what a text is about.
_NEAR = 6


@dataclass(frozen=True, slots=True)
class Subject:
    """What the sentence is about, and whether it is a fragment without a verb of its own."""

    status: str
    fragment: bool
    near: bool = True
    presumed: bool = False  # the sentence before spoke of the food, and nothing else is credited
    led: bool = False  # an item of a list whose lead-in says "Magnesium contributes to"
    foreign: bool = False  # the scene is a garden, a court, a workshop: nothing said of a body

    def satisfies(self, needed: str) -> bool:
        """Return whether a rule with that need of a carrier may apply."""
        if needed == "none":
            return True
        if needed == "near":
            return self.near
        if needed == "named":
            return self.status == STATED
        if needed == "stated":
            return self.status in {STATED, ANAPHOR}
        return self.status != OTHER or self.presumed


class Resolver:
    """Follows one document, sentence by sentence."""

    def __init__(self, compiled: Compiled, readings: list[Reading]) -> None:
        symbol = compiled.symbol
        self._carrier = symbol("@carrier")
        self._other = symbol("@other_agent")
        self._person = symbol("@person")
        self._finite = symbol("@finite")
        self._ending_tells = compiled.language == "de"
        self._finite_endings = ("t", "en", "rn", "ln") if self._ending_tells else ("s", "ed")
        self._pronoun = symbol("@anaphor")
        self._anywhere = symbol("@anaphor_any")
        self._reference = symbol("@reference")
        self._demonstrative = symbol("@demonstrative")
        self._asker = symbol("@asker")
        self._adverbial = symbol("@adverbial_agent")
        self._purpose = symbol("@fuer")
        self._opener = symbol("@opener")
        self._disease = symbol("@disease")
        self._nutrient = symbol("@magnesium")
        self._authorised = symbol("@authorised_verb")
        self._verb = symbol("@effect_verb")
        # Sentences since the food was last spoken of. A document starts with it in mind, unless it is
        # a whole text that never names it.
        reports = sum(r.has(symbol("@first_person")) for r in readings)
        silent = (
            len(readings) >= WHOLE_TEXT
            and reports < _REPORTS
            and not any(r.has(self._carrier) for r in readings[:WHOLE_TEXT])
        )
        self._silent = silent
        self._since = _NEAR + 1 if silent else 0
        self._scene = symbol("@scene")
        scenes = sum(r.has(self._scene) and not r.has(self._carrier) for r in readings)
        named = sum(r.has(self._carrier) for r in readings)
        self._elsewhere = scenes >= _SCENES and scenes > 2 * named
        # A title that names the food keeps it in mind to the end.
        self._titled = bool(readings) and _names_in_title(readings[0], self._carrier)
        self._lead_in = ""
        self._led = self._spoken = False

    def resolve(self, reading: Reading) -> Subject:
        """Return the subject of the next sentence."""
        sentence = reading.sentence
        kind = sentence.block.kind
        self._forget_asides(reading)
        fragment = self._is_fragment(reading, kind)
        foreign = self._is_foreign(reading)
        status = OTHER if foreign else self._status(reading, kind, fragment=fragment)
        if kind not in {"attribute", "cell"}:
            self._remember(status, sentence.ending, kind)
            if reading.has(self._other) and status == OTHER and self._lead_in:
                self._lead_in = OTHER
        near = not foreign and (status != OTHER or self._titled or self._since <= _NEAR)
        led = kind == "item" and self._led
        if kind != "item":
            self._led = reading.has(self._nutrient) and reading.has(self._authorised)
        presumed = not foreign and self._spoken
        presumed = presumed and not (reading.has(self._other) or reading.has(self._disease))
        self._spoken = status in {STATED, ANAPHOR}
        return Subject(status, fragment, near, presumed, led, foreign)

    def _is_foreign(self, reading: Reading) -> bool:
        """Return whether the sentence, or the whole text, plays where no food is sold."""
        if reading.has(self._carrier):
            return False
        words = {at.first for at in reading.tokens_of(self._scene)}
        return self._elsewhere or len(words) >= _SCENE_WORDS

    def _forget_asides(self, reading: Reading) -> None:
        """Sport or a meal that only says when, or a part of a compound, is no agent."""
        agents = reading.symbols.get(self._other, [])
        asides = reading.tokens_of(self._adverbial)
        kept = [
            at
            for at in agents
            if at.part == 0 and not any(aside.first <= at.first <= aside.last for aside in asides)
        ]
        if agents and not kept:
            reading.symbols.pop(self._other, None)  # another thread may have been first

    def _is_fragment(self, reading: Reading, kind: str) -> bool:
        finite = [at.first for at in reading.tokens_of(self._finite)]
        if kind in FRAGMENT_KINDS:
            return not finite
        tokens = reading.sentence.tokens
        stops = reading.sentence.ending.strip()[:1] in {".", "!", "…"}
        if finite:
            return False
        if self._ending_tells and any(
            _looks_finite(token, before) for before, token in pairwise(tokens)
        ):
            return False
        if stops and self._has_inner_verb(reading):
            return False
        return not stops or len(tokens) < _LONG

    def _has_inner_verb(self, reading: Reading) -> bool:
        """Return whether a verb of effect follows a subject: neither imperative nor infinitive.

        German adjectives of effect ("feste Nägel") do not end like the finite forms.
        """
        tokens = reading.sentence.tokens
        if any(at.first == 0 for at in reading.tokens_of(self._purpose)):
            return False
        last = len(tokens) - self._ending_tells
        return any(
            0 < at.first < last
            and not tokens[at.first].capital
            and tokens[at.first].word.endswith(self._finite_endings)
            for at in reading.tokens_of(self._verb)
        )

    def _status(self, reading: Reading, kind: str, *, fragment: bool) -> str:
        if reading.has(self._carrier):
            return STATED
        if kind == "item" and self._lead_in:
            if fragment or not reading.has(self._other):
                return self._lead_in
        if self._other_acts(reading, fragment=fragment):
            return OTHER
        if fragment or self._asks(reading):
            return OTHER if self._silent and self._since > _NEAR else EMPTY
        if self._refers(reading):
            return ANAPHOR if self._since <= _LOOK_BACK else OTHER
        if reading.has(self._person):
            return PERSON
        if not reading.sentence.ending.strip():
            return EMPTY  # a slogan: it does not even end like a sentence
        if self._starts_with_verb(reading):
            return EMPTY
        return OTHER

    def _other_acts(self, reading: Reading, *, fragment: bool) -> bool:
        """Return whether something else is credited; in a fragment only what it opens with."""
        places = reading.tokens_of(self._other)
        return any(at.first < _AGENT_PLACES for at in places) if fragment else bool(places)

    def _asks(self, reading: Reading) -> bool:
        """Return whether it opens like a question or a teaser and does not end like a statement."""
        tokens = reading.sentence.tokens
        if reading.sentence.ending.strip()[:1] == ".":
            return False
        return any(
            at.first == 0 or tokens[at.first - 1].clause != tokens[at.first].clause
            for at in reading.tokens_of(self._asker)
        )

    def _refers(self, reading: Reading) -> bool:
        """An anaphoric word near the beginning of a clause, not the article of another noun."""
        tokens = reading.sentence.tokens
        starts: dict[int, int] = {}
        for index, token in enumerate(tokens):
            starts.setdefault(token.clause, index)
        for at in reading.tokens_of(self._pronoun):
            if at.first - starts[tokens[at.first].clause] < _START:
                return True
        if self._since <= 1 and reading.has(self._anywhere):
            return True
        for at in reading.tokens_of(self._demonstrative):
            after = at.last + 1
            if at.first < 2 and after < len(tokens) and not tokens[after].capital:
                follower = any(o.first == after for o in reading.tokens_of(self._finite))
                if follower or any(o.first == after for o in reading.tokens_of(self._verb)):
                    return True
        reach = 2 if self._since else len(tokens)
        return any(at.first < reach for at in reading.tokens_of(self._reference))

    def _starts_with_verb(self, reading: Reading) -> bool:
        start = 0
        openers = {at.first for at in reading.tokens_of(self._opener)}
        while start in openers:
            start += 1
        verbs = (*reading.tokens_of(self._verb), *reading.tokens_of(self._finite))
        return any(at.first <= start for at in verbs)

    def _remember(self, status: str, ending: str, kind: str) -> None:
        if kind == "item":
            return
        speaks = status in {STATED, ANAPHOR}
        self._since = 0 if speaks else self._since + 1
        about = speaks or (self._since <= _LOOK_BACK)
        self._lead_in = (STATED if about else EMPTY) if ending.strip().startswith(":") else ""
        if kind in {"heading", "title"}:
            self._lead_in = status if status == STATED else ""


def _names_in_title(reading: Reading, carrier: int) -> bool:
    return reading.sentence.block.kind in {"heading", "title"} and reading.has(carrier)


def _looks_finite(token: Token, before: Token) -> bool:
    """Return whether it may be a German verb no list knows: "führt", "gilt", "Die Wehr hielt".

    An ending of the past tells only after a noun: "die verminderte Menge" has no verb.
    """
    word = token.word
    if token.capital or len(word) <= 3:
        return False
    if word.endswith("t"):
        return word not in _NOT_FINITE
    return (
        word.endswith("te") and len(word) > 4 and before.capital and before.clause == token.clause
    )


_NOT_FINITE = frozenset(
    "nicht seit leicht erst selbst statt bereit recht fast jetzt sonst meist dort weit sanft sofort "
    "direkt komplett exakt perfekt oft gesamt gesund bekannt dicht fest echt glatt intakt laut rest "
    "schlecht konkret indirekt absolut meistverkauft sportlich entspannt ruht leichtverdaut insgesamt "
    "unbedingt getrennt abgestimmt bewusst kompakt rezent relevant elegant konstant spannt".split()
)
