"""The checker: parts in, report out. One compiled language at a time, shared by all threads."""

import gc
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import islice
from types import MappingProxyType

from shop_content.claims.authorised import AuthorisedSpan, Authoriser
from shop_content.claims.blocks import Block
from shop_content.claims.compiled import Compiled
from shop_content.claims.context import STATED, WHOLE_TEXT, Resolver, Subject
from shop_content.claims.document_rules import (
    AuthorisedUse,
    conditions,
    mandatory,
    proximity,
)
from shop_content.claims.errors import UnknownLanguage
from shop_content.claims.judge import Hit, Judge
from shop_content.claims.projection import project
from shop_content.claims.reading import Reading, read
from shop_content.claims.report import (
    Facts,
    Finding,
    Part,
    Report,
    Use,
    fingerprint,
    verdict_of,
)
from shop_content.claims.rulebook import LanguageRules, Rulebook, TermList
from shop_content.claims.second_reader import (
    Features,
    SecondReader,
    Seen,
    Surroundings,
    inner,
    settled,
    version,
)
from shop_content.claims.tokens import Sentence, sentences

# Changes whenever verdicts may change, or what `roots` collects of a text.
ENGINE_VERSION = f"5-{version()}"
_NUTRIENT = "magnesium"
# Categories in which an authorised wording about the same thing is the way out.
OFFERED = frozenset({"DIS_TREAT", "DIS_PREV", "FUN_UNAUTH", "FUN_OVER", "FUN_CARRIER"})
_OFFERS = 3
_RULE = "second_reader"
# Where the food is named beside a disease, no weight of words may doubt what a rule says.
_NEVER_DOUBTED = frozenset({"DIS_TREAT", "DIS_PREV", "DIS_RISK", "DIS_LINK", "DEFIC"})
# Suspicions in one document: nobody reads more, and hostile text must not cost more than long text.
_MOST_SUSPECTED = 500
# Sentences read in one document: the longest book chapter has fewer. What is left unread blocks.
MOST_SENTENCES = 10_000
_UNREAD = {
    "de": "Der Text ist zu lang: Geprüft sind nur die ersten %d Sätze. Bitte teilen Sie ihn.",
    "en": "The text is too long: only its first %d sentences were read. Please divide it.",
}
# Blocks remembered per language, about ten articles of usual blocks: after an edit only what is new is read.
_REMEMBERED = 2_000
_LONGEST_REMEMBERED = 2_000


@dataclass(frozen=True, slots=True)
class _Judgement:
    """What is wrong with a sentence about a subject, and how else it may be said."""

    hits: list[Hit]
    spans: list[AuthorisedSpan]
    offers: tuple[str, ...]
    seen: Seen
    weight: float  # of what the second reader sees in the sentence alone


@dataclass(frozen=True, slots=True)
class _Known:
    """A sentence as read, with the judgements passed on it so far."""

    reading: Reading
    lists: frozenset[str]
    judgements: dict[Subject, _Judgement] = field(default_factory=dict)


class Language:
    """A compiled language with its judge and its second reader."""

    def __init__(self, code: str, rulebook: Rulebook, *, second_reader: bool) -> None:
        rules, self.claims = rulebook.languages[code], {}
        lists = dict(rules.lists)
        names = []
        for claim in rulebook.authorised:
            wording = claim.wording.get(code)
            if wording is not None:
                name = _list_name(claim.id)
                lists[name] = TermList(name, wording.official, wording.effects)
                names.append(name)
                self.claims[claim.id] = claim
        lists["authorised_effect"] = TermList(
            "authorised_effect",
            "every effect of an authorised claim",
            tuple(f"@{n}" for n in names),
        )
        self.compiled = Compiled(
            code, LanguageRules(MappingProxyType(lists), rules.rules, rules.allowed)
        )
        symbols = {claim: self.compiled.symbol("@" + _list_name(claim)) for claim in self.claims}
        severities = {name: entry.severity for name, entry in rulebook.categories.items()}
        self.first_reader = Judge(
            self.compiled, severities, Authoriser(self.compiled, symbols, _NUTRIENT)
        )
        subordinators = rules.lists.get("subordinator")
        self.subordinators = frozenset(
            word.lstrip("=") for word in (subordinators.words if subordinators else ())
        )
        self.official: Mapping[str, str] = {
            claim.id: claim.wording[code].official for claim in self.claims.values()
        }
        self.topics = {
            claim.id: tuple(self.compiled.symbol("@" + topic) for topic in claim.topics)
            for claim in self.claims.values()
        }
        self._known: dict[tuple[str, str], list[_Known]] = {}
        reader = SecondReader.of(code) if second_reader else None
        # It knows sentences by the lists they meet: no other rulebook is any use to it.
        fits = reader and reader.fits(self.compiled.names.values(), rulebook.categories)
        self.reader = reader if fits else None
        # What somebody has written or changed since it learnt is none of its business.
        self.doubtful = self.reader.known(rules) if self.reader else frozenset()

    def read_all(self, blocks: Iterable[Block]) -> list[tuple[Block, _Known]]:
        """Return the sentences of a document as read, of a longer one MOST_SENTENCES and one more."""
        found: list[tuple[Block, _Known]] = []
        for block in blocks:
            found += [
                (block, known) for known in self._read(block, MOST_SENTENCES + 1 - len(found))
            ]
            if len(found) > MOST_SENTENCES:
                break
        return found

    def _read(self, block: Block, most: int) -> list[_Known]:
        """Return the first sentences of a block as read; a block met before is not read again."""
        key = block.kind, block.text
        known = self._known.get(key)
        if known is None:
            # What is remembered must not hold the document it stood in.
            alone = replace(block, source="", runs=())
            found = sentences(alone, self.subordinators, ordinals=self.compiled.language == "de")
            known = [
                self._knowing(read(sentence, self.compiled)) for sentence in islice(found, most)
            ]
            if len(block.text) <= min(_LONGEST_REMEMBERED, most):
                if len(self._known) >= _REMEMBERED:
                    self._known = {}
                self._known[key] = known
        return known

    def _knowing(self, reading: Reading) -> _Known:
        names = self.compiled.names
        return _Known(reading, frozenset(names[s] for s in reading.symbols if s in names))

    def judge(self, known: _Known, subject: Subject, only: str) -> _Judgement:
        """Return the judgement on a sentence; `only`: by the one rule of that id."""
        if not only and subject in known.judgements:
            return known.judgements[subject]
        hits, spans = self.first_reader.judge(known.reading.copy(), subject, only)
        firm = any(hit.severity != "info" for hit in hits)
        seen = Seen(known.reading, subject, known.lists, firm)
        weight = self.reader.weigh(inner(seen)) if self.reader and not only else 0.0
        offers = self.offers(known.reading) if hits else ()
        judgement = _Judgement(hits, spans, offers, seen, weight)
        if not only:
            known.judgements[subject] = judgement
        return judgement

    def offers(self, reading: Reading) -> tuple[str, ...]:
        """Return the authorised wordings about what a sentence speaks of, a few at most."""
        fitting = [
            self.official[claim]
            for claim, topics in self.topics.items()
            if any(reading.has(topic) for topic in topics)
        ]
        return tuple(fitting[:_OFFERS])


class Checker:
    """Checks texts against one rulebook. Reusable and safe to share between threads.

    `second_reader`: whether a sentence that no rule objects to may still be suspected.
    """

    def __init__(self, rulebook: Rulebook, *, second_reader: bool = True) -> None:
        self.rulebook = rulebook
        self._second_reader = second_reader
        self._languages: dict[str, Language] = {}

    def check(
        self, parts: Iterable[Part], *, language: str, facts: Facts | None = None, only: str = ""
    ) -> Report:
        """Return the report on one document. `language` is BCP 47; de-AT is read by the de rules.

        Without `facts` the rules that need product data are left out. `only`: try one rule alone, by
        its id, as its examples do. Raise UnknownLanguage.
        """
        known = self.language(language)
        with _no_collector():
            run = _Run(known, self.rulebook, only)
            blocks = project(parts)
            run.read(blocks)
            findings = run.finish(facts, [block.text for block in blocks])
        return Report(
            verdict_of(findings),
            findings,
            language,
            self.rulebook.digest,
            ENGINE_VERSION,
            run.uses,
        )

    def seen(self, parts: Iterable[Part], *, language: str) -> list[tuple[int, int, Seen]]:
        """Return each sentence as the first reader sees it, with its range in the source."""
        run = _Run(self.language(language), self.rulebook, "")
        run.read(project(parts))
        return [
            (*block.source_span(seen.start, seen.end), judgement.seen)
            for block, judgement in run.judged
            for seen in [judgement.seen.reading.sentence]
        ]

    def language(self, language: str) -> Language:
        """Return the compiled rules that read a BCP 47 language. Raise UnknownLanguage."""
        code = language.replace("_", "-").split("-")[0].lower()
        if code not in self.rulebook.languages:
            known = ", ".join(sorted(self.rulebook.languages))
            raise UnknownLanguage(
                f"no rules for language {language!r}; there are rules for {known}"
            )
        if code not in self._languages:
            self._languages[code] = Language(
                code, self.rulebook, second_reader=self._second_reader
            )
        return self._languages[code]


class _Run:
    """One document on its way through the checker."""

    def __init__(self, language: Language, rulebook: Rulebook, only: str) -> None:
        self._language = language
        self._rulebook = rulebook
        self._only = only
        self.judged: list[tuple[Block, _Judgement]] = []
        self._found: list[tuple[Block, Finding]] = []
        self._suspected: list[Finding] = []
        # What the last heading, and the sentence before a list, say of its items.
        self._topic: Hit | None = None
        self._lead: Hit | None = None
        self._uses: list[AuthorisedUse] = []
        self._unread = ""  # the field in which reading ended too early

    def read(self, blocks: list[Block]) -> None:
        """Read the whole document, then judge it sentence by sentence."""
        language = self._language
        read_blocks = language.read_all(blocks)
        if len(read_blocks) > MOST_SENTENCES:
            self._unread = read_blocks.pop()[0].field
        resolver = Resolver(language.compiled, [known.reading for _, known in read_blocks])
        for block, known in read_blocks:
            reading = known.reading
            judgement = language.judge(known, resolver.resolve(reading), self._only)
            self.judged.append((block, self._led(block, judgement)))
        if language.reader and self.judged and not self._only:
            self._read_again(language.reader)
        for block, judgement in self.judged:
            sentence = judgement.seen.reading.sentence
            self._found += [
                (block, self._finding(hit, block, sentence, judgement.offers))
                for hit in judgement.hits
            ]
            self._uses += [self._use(span, block, sentence) for span in judgement.spans]

    def _led(self, block: Block, judgement: _Judgement) -> _Judgement:
        """Return the judgement with what the heading or the lead-in says of an item of a list."""
        seen = judgement.seen
        sentence = seen.reading.sentence
        if block.kind != "item":
            leader = next((hit for hit in judgement.hits if hit.rule.leads), None)
            if block.kind in {"heading", "title"}:
                self._topic = self._lead = leader
            else:
                opens = sentence.ending.strip().startswith(":")
                self._lead = (leader or self._topic) if opens else None
            return judgement
        # A complaint alone in an item is a mere link; the lead-in says which.
        said = {hit.category for hit in judgement.hits} - {"DIS_LINK"}
        if self._lead is None or said or judgement.spans or settled(seen):
            return judgement
        hit = replace(self._lead, first=0, last=len(sentence.tokens) - 1)
        firm = hit.severity != "info"
        return replace(judgement, hits=[hit], seen=replace(seen, hit=firm))

    def _read_again(self, reader: SecondReader) -> None:
        """Add what the second reader suspects; lower to `info` what it doubts of the rules' findings."""
        document = [judgement.seen for _, judgement in self.judged]
        weights, surroundings = reader.weigh_around(document), Surroundings(document)
        whole = len(document) >= WHOLE_TEXT  # a snippet has no surroundings to doubt by
        for place, (block, judgement) in enumerate(self.judged):
            seen, weight = document[place], judgement.weight + weights[place]
            if judgement.hits:
                if whole and self._may_be_doubted(judgement) and reader.doubts(weight):
                    hits = [replace(hit, severity="info") for hit in judgement.hits]
                    self.judged[place] = block, replace(judgement, hits=hits)
                continue
            if (
                len(self._suspected) < _MOST_SUSPECTED
                and reader.suspects(weight)
                and not (judgement.spans or settled(seen) or seen.subject.foreign)
            ):
                features = inner(seen) | surroundings.of(place)
                self._suspected.append(self._suspicion(reader, block, seen, features))

    def _may_be_doubted(self, judgement: _Judgement) -> bool:
        if any(hit.rule.id not in self._language.doubtful for hit in judgement.hits):
            return False
        named = judgement.seen.subject.status == STATED
        return not (named and any(hit.category in _NEVER_DOUBTED for hit in judgement.hits))

    @property
    def uses(self) -> tuple[Use, ...]:
        """The authorised claims made, in the order of the text."""
        return tuple(Use(use.claim.id, use.block.field, use.quote) for use in self._uses)

    def finish(self, facts: Facts | None, texts: list[str]) -> tuple[Finding, ...]:
        """Return all findings: of rules, about the whole document, suspicions."""
        near = {id(use.block) for use in self._uses}
        findings = [
            proximity(finding, in_block=id(block) in near, in_document=bool(near))
            for block, finding in self._found
        ]
        if facts is not None:
            categories = dict(self._rulebook.categories)
            findings += conditions(self._uses, facts, categories)
            code = self._language.compiled.language
            findings += mandatory(findings, self._uses, texts, facts, code, categories["MAND"])
        if self._unread:
            findings.append(self._too_long(self._unread))
        return (*findings, *self._suspected)  # a suspicion is neither raised nor asks for notices

    def _too_long(self, field: str) -> Finding:
        category = self._rulebook.categories["MAND"]
        return Finding(
            rule="unread",
            category=category.code,
            severity="block",
            field=field,
            start=None,
            end=None,
            quote="",
            message={code: text % MOST_SENTENCES for code, text in _UNREAD.items()},
            legal_basis=category.legal_basis,
            suggestions=(),
            fingerprint=fingerprint("unread", field),
        )

    def _finding(
        self, hit: Hit, block: Block, sentence: Sentence, offers: tuple[str, ...]
    ) -> Finding:
        rule, category = hit.rule, self._rulebook.categories[hit.category]
        start, end, quote = _quote(block, sentence, hit.first, hit.last)
        code = self._language.compiled.language
        return Finding(
            rule=rule.id,
            category=hit.category,
            severity=hit.severity,
            field=block.field,
            start=start,
            end=end,
            quote=quote,
            message=rule.message or category.message,
            legal_basis=rule.legal_basis or category.legal_basis,
            suggestions=rule.suggestions
            or (hit.category in OFFERED and offers)
            or category.suggestions.get(code, ()),
            fingerprint=fingerprint(rule.id, block.text[sentence.start : sentence.end]),
        )

    def _suspicion(
        self, reader: SecondReader, block: Block, seen: Seen, features: Features
    ) -> Finding:
        sentence, why = seen.reading.sentence, reader.explain(seen, features)
        category, code = self._rulebook.categories[why.category], self._language.compiled.language
        start, end, quote = _quote(block, sentence, 0, len(sentence.tokens) - 1)
        rule = f"{code}.{_RULE}"
        offers = self._language.offers(seen.reading) if category.code in OFFERED else ()
        return Finding(
            rule=rule,
            category=category.code,
            severity="warn",
            field=block.field,
            start=start,
            end=end,
            quote=quote,
            message={
                language: f"{text} {why.in_words(language)}"
                for language, text in category.message.items()
            },
            legal_basis=category.legal_basis,
            suggestions=offers or category.suggestions.get(code, ()),
            fingerprint=fingerprint(rule, block.text[sentence.start : sentence.end]),
        )

    def _use(self, span: AuthorisedSpan, block: Block, sentence: Sentence) -> AuthorisedUse:
        start, end, quote = _quote(block, sentence, span.first, span.last)
        return AuthorisedUse(self._language.claims[span.claim], block, start, end, quote)


@contextmanager
def _no_collector() -> Iterator[None]:
    """Nothing that is read refers to itself: the cycle collector would walk a long text in vain."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _list_name(claim: str) -> str:
    return "claim_" + claim.replace("-", "_")


def _quote(block: Block, sentence: Sentence, first: int, last: int) -> tuple[int, int, str]:
    start, end = block.source_span(sentence.tokens[first].start, sentence.tokens[last].end)
    return start, end, block.source[start:end]
