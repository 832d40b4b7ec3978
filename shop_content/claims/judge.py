"""From matches to findings: carrier, allowed text, negation, and what outranks what."""

from dataclasses import dataclass

from shop_content.claims.authorised import AuthorisedSpan, Authoriser, WrongCarrier
from shop_content.claims.compiled import Compiled, CompiledRule
from shop_content.claims.context import Subject
from shop_content.claims.patterns import Match, matches
from shop_content.claims.reading import Reading
from shop_content.claims.report import SEVERITIES
from shop_content.claims.rulebook import Allowed, Rule

_ORDER = {severity: rank for rank, severity in enumerate(SEVERITIES)}
_DISEASE = frozenset({"DIS_TREAT", "DIS_PREV", "DIS_RISK", "DEFIC"})
# Categories that say something about health: a proof or a customer's word weighs more beside them.
_HEALTH = _DISEASE | {
    "DIS_LINK",
    "FUN_UNAUTH",
    "FUN_OVER",
    "FUN_CARRIER",
    "CHILD",
    "WEIGHT",
    "BEAUTY",
}
_HOOK_WORDS = 6
_TURNS = frozenset(":;–—")


@dataclass(slots=True)
class Hit:
    """A rule that applies to tokens [first, last] of a sentence."""

    rule: Rule
    category: str
    severity: str
    first: int
    last: int


class Judge:
    """Applies the rules of one language to readings."""

    def __init__(
        self, compiled: Compiled, severities: dict[str, str], authoriser: Authoriser
    ) -> None:
        self._compiled = compiled
        self._severities = severities
        self._authoriser = authoriser
        self._negator = compiled.symbol("@negator")
        self._partial = compiled.symbol("@partial_negation")
        self._contrast = compiled.symbol("@contrast")
        self.wrong = {
            forbidden: self._rule(f"fun_carrier.{name}")
            for forbidden, name in ((True, "substance"), (False, "product"))
        }

    def _rule(self, suffix: str) -> Rule | None:
        for group in self._compiled.rules.values():
            for entry in group:
                if isinstance(entry.owner, Rule) and entry.owner.id.endswith(suffix):
                    return entry.owner
        return None

    def judge(
        self, reading: Reading, subject: Subject, only: str = ""
    ) -> tuple[list[Hit], list[AuthorisedSpan]]:
        """Return what is wrong with the sentence, and the authorised claims it makes.

        `only`: the id of the one rule to apply, without regard to what outranks it.
        """
        exempt = self._exempt(reading, subject)
        spans, wrong = self._authoriser.find(
            reading, carried=subject.satisfies("assumed"), led=subject.led
        )
        hits = [hit for item in wrong if (hit := self._carrier_hit(item)) is not None]
        for trigger in [symbol for symbol in reading.symbols if symbol in self._compiled.rules]:
            for entry in self._compiled.rules[trigger]:
                if entry.pattern.needed <= reading.symbols.keys():
                    hits += self._apply(entry, reading, subject, exempt)
        if only:
            return [hit for hit in hits if hit.rule.id == only], spans
        return self._settle(hits), spans

    def _carrier_hit(self, wrong: WrongCarrier) -> Hit | None:
        rule = self.wrong[wrong.forbidden]
        if rule is None:
            return None
        return Hit(rule, rule.category, self.severity(rule), wrong.first, wrong.last)

    def severity(self, rule: Rule) -> str:
        """Return the severity of a rule: its own, or its category's."""
        return rule.severity or self._severities[rule.category]

    def _exempt(self, reading: Reading, subject: Subject) -> dict[int, str]:
        """Return the tokens that allowed text clears, with its kind: up to a "but", or from it."""
        cleared: dict[int, str] = {}
        turns = sorted(
            [at.first for at in reading.tokens_of(self._contrast)] + _after_colons(reading)
        )
        for owner, match in reading.allowed:
            if owner.scope != "sentence" or not subject.satisfies(owner.carrier):
                continue
            if owner.kind == "warning" and reading.sentence.is_question:
                continue
            first, last = _bounds(match)
            start = max((turn for turn in turns if turn <= first), default=0)
            stop = min(
                (turn for turn in turns if turn > last),
                default=len(reading.sentence.tokens),
            )
            cleared.update(dict.fromkeys(range(start, stop), owner.kind))
        return cleared

    def _apply(
        self,
        entry: CompiledRule,
        reading: Reading,
        subject: Subject,
        exempt: dict[int, str],
    ) -> list[Hit]:
        rule = entry.owner
        assert not isinstance(rule, Allowed)
        if not subject.satisfies(rule.carrier) or not _has_shape(rule, reading, subject):
            return []
        if rule.fields and reading.sentence.block.kind not in rule.fields:
            return []
        if not entry.unless.isdisjoint(reading.symbols):
            return []
        hits = []
        for match in matches(entry.pattern, reading.symbols, reading.sentence.tokens):
            first, last = _bounds(match)
            if rule.shape == "opening" and first:
                continue
            kinds = {
                exempt[index]
                for item in match
                for index in range(item.first, item.last + 1)
                if index in exempt
            }
            if kinds and not kinds <= set(rule.within):
                continue
            severity = self.severity(rule)
            if rule.negation == "lifts" and self._negated(reading, match):
                severity = "info"
            hits.append(Hit(rule, rule.category, severity, first, last))
        return hits

    def _negated(self, reading: Reading, match: Match) -> bool:
        if reading.sentence.is_question or reading.has(self._partial):
            return False
        tokens = reading.sentence.tokens
        clauses = {tokens[item.first].clause for item in match}
        covered = {index for item in match for index in range(item.first, item.last + 1)}
        first = min(covered)
        # "kein Mittel, kann aber lindern": what stands after the turn is not denied.
        turn = max(
            (at.first for at in reading.tokens_of(self._contrast) if at.first <= first), default=0
        )
        return any(
            at.first >= turn and at.first not in covered and tokens[at.first].clause in clauses
            for at in reading.tokens_of(self._negator)
        )

    def _settle(self, hits: list[Hit]) -> list[Hit]:
        """Drop what a stronger hit already says; raise what rides on a health claim."""
        firm = {hit.category for hit in hits if hit.severity != "info"}
        if firm & _DISEASE:
            hits = [hit for hit in hits if hit.category != "DIS_LINK"]
        for hit in hits:
            if (hit.category == "EVID" and hit.severity == "warn" and firm & _HEALTH) or (
                hit.category == "TESTI" and firm & (_DISEASE | {"DIS_LINK"})
            ):
                hit.severity = "block"
        hits.sort(
            key=lambda hit: (
                -_ORDER[hit.severity],
                hit.first - hit.last,
                hit.first,
                hit.rule.id,
            )
        )
        kept: list[Hit] = []
        for hit in hits:
            if not any(
                other.category == hit.category
                and other.first <= hit.last
                and hit.first <= other.last
                for other in kept
            ):
                kept.append(hit)
        return sorted(kept, key=lambda hit: (hit.first, hit.last, hit.category))


def _bounds(match: Match) -> tuple[int, int]:
    return min(item.first for item in match), max(item.last for item in match)


def _after_colons(reading: Reading) -> list[int]:
    """Return the tokens that follow a colon, a dash or a semicolon: a new statement begins."""
    tokens, text = reading.sentence.tokens, reading.sentence.block.text
    return [
        index
        for index in range(1, len(tokens))
        if not _TURNS.isdisjoint(text[tokens[index - 1].end : tokens[index].start])
    ]


def _has_shape(rule: Rule, reading: Reading, subject: Subject) -> bool:
    if rule.shape in {"fragment", "opening"}:
        return subject.fragment
    if rule.shape == "sentence":
        return not subject.fragment
    if rule.shape == "question":
        return reading.sentence.is_question
    if rule.shape == "hook":
        # "Müde?": a complaint put to the reader as a question, to be answered by the food.
        return (
            subject.fragment
            and reading.sentence.is_question
            and len(reading.sentence.tokens) <= _HOOK_WORDS
        )
    if rule.shape == "heading":
        return reading.sentence.block.kind in {"heading", "title", "slug"}
    return True
