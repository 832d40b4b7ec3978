"""Authorised claims: recognising the permitted wording, and what comes close to it.

A recognised span is exempt, its sentence is not. Tier V: the verb of the regulation. Tier A: a verb
of equal strength (BGH I ZR 222/13). Anything stronger, or another subject, is no authorised claim.
"""

from dataclasses import dataclass

from shop_content.claims.compiled import Compiled
from shop_content.claims.patterns import Occurrence
from shop_content.claims.reading import Reading, drop

VERBATIM, EQUAL = "V", "A"


@dataclass(frozen=True, slots=True)
class AuthorisedSpan:
    """A permitted wording found in a sentence: tokens [first, last], claim list symbol, tier."""

    claim: str
    tier: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class WrongCarrier:
    """An authorised effect said of something else than the nutrient."""

    first: int
    last: int
    forbidden: bool


class Authoriser:
    """Finds authorised wording of one language."""

    def __init__(self, compiled: Compiled, claims: dict[str, int], nutrient: str) -> None:
        symbol = compiled.symbol
        self._claims = claims
        self._effect = symbol("@authorised_effect")
        self._nutrient = symbol("@" + nutrient)
        self._product = symbol("@product")
        self._substance = symbol("@substance")
        self._other_nutrient = symbol("@other_nutrient")
        self._verbatim = symbol("@authorised_verb")
        self._equal = symbol("@equal_verb")
        self._stronger = symbol("@overclaim")

    def find(
        self, reading: Reading, *, carried: bool, led: bool = False
    ) -> tuple[list[AuthorisedSpan], list[WrongCarrier]]:
        """Return the permitted spans, whose words leave the reading, and the wrong carriers.

        `carried`: the sentence speaks of the nutrient without naming it. `led`: the lead-in of its
        list holds the subject and the verb.
        """
        effects = reading.tokens_of(self._effect)
        if not effects:
            return [], []
        verb = self._verb(reading) or ((effects[0], VERBATIM) if led else None)
        wrong = self._wrong_carrier(reading, effects[0].first)
        if wrong is not None:
            if verb is None:
                return [], []
            first, last = self._bounds([wrong, verb[0], *effects])
            forbidden = self._is_forbidden(reading, wrong)
            drop(
                reading,
                {index for at in effects for index in range(at.first, at.last + 1)},
            )
            return [], [WrongCarrier(first, last, forbidden)]
        subjects = reading.tokens_of(self._nutrient)
        if verb is None or reading.has(self._stronger) or not (subjects or carried):
            return [], []
        at_verb, tier = verb
        spans = []
        for name, symbol in self._claims.items():
            for at in reading.tokens_of(symbol):
                near = [*subjects[:1], at_verb, at]
                first, last = self._bounds(near)
                spans.append(AuthorisedSpan(name, tier, first, last))
        covered = {index for at in (*effects, at_verb) for index in range(at.first, at.last + 1)}
        drop(reading, covered)
        return spans, []

    def _verb(self, reading: Reading) -> tuple[Occurrence, str] | None:
        for symbol, tier in ((self._verbatim, VERBATIM), (self._equal, EQUAL)):
            found = reading.tokens_of(symbol)
            if found:
                return found[0], tier
        return None

    def _wrong_carrier(self, reading: Reading, effect_at: int) -> Occurrence | None:
        """Return a product or other substance that stands where the subject stands."""
        nutrients = {at.first for at in reading.tokens_of(self._nutrient) if at.part == 0}
        if nutrients and min(nutrients) < effect_at:
            return None
        for symbol in (self._substance, self._other_nutrient, self._product):
            for at in reading.tokens_of(symbol):
                if at.first < effect_at and at.part == 0:
                    return at
        return None

    def _is_forbidden(self, reading: Reading, at: Occurrence) -> bool:
        return at in reading.tokens_of(self._substance)

    @staticmethod
    def _bounds(items: list[Occurrence]) -> tuple[int, int]:
        return min(at.first for at in items), max(at.last for at in items)
