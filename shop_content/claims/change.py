"""Which texts a change of the rulebook can touch at all. It may name too many, never too few.

Two versions are compared as compiled, by the names of their symbols. A text of which none of the
following holds is read alike by both, and so has the same report (docs/decisions/0010):

1. a word of it is a form of other entries than before (tried on every word that could be one);
2. a list it has a word of belongs to other lists than before;
3. a phrase of a list, a rule or allowed text is new, gone or changed, and all of its elements stand
   somewhere in the text; likewise a list as such;
4. it had a finding whose wording changed (message, law, suggestion).

Symbols both versions have are "shared". What only the new version has is not in the index of a text
that the old one read: it is looked for by the words that carry it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from shop_content.claims.categories import Category
from shop_content.claims.checker import OFFERED, Checker, Language
from shop_content.claims.compiled import Compiled, CompiledRule
from shop_content.claims.patterns import Pattern
from shop_content.claims.roots import Candidates, Clause, name_id, word_id
from shop_content.claims.rulebook import Rule
from shop_content.claims.stems import EXACT
from shop_content.claims.vocabulary import START

# More clauses or stems than this cost more to look for than every text to read.
_MOST_CLAUSES, _MOST_STEMS = 400, 2_000
_EFFECT = "@authorised_effect"
# Why everything is a candidate.
LANGUAGES, READER, CATEGORIES, SIZE = "languages", "second_reader", "categories", "size"

Names = tuple[str, ...]
# What of a pattern decides: names of its elements, gaps, whether ordered, whether in one clause.
Shape = tuple[Names, tuple[int, ...], bool, bool]


class _Entry(NamedTuple):
    """One phrase at its place: where it is tried, what it is, what stands where it matches."""

    place: tuple[str, int, str]  # kind, depth, trigger
    shape: Shape
    owner: tuple[object, ...]
    effect: Names  # the symbols it puts; () for rules and allowed text

    @property
    def elements(self) -> Names:
        return self.shape[0]


class _Side:
    """One version, by names."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.compiled: Compiled = language.compiled
        self.names = self.compiled.all_names()
        self.owners: dict[str, Names] = {
            self.names[symbol]: tuple(self.names[s] for s in closure)
            for symbol, closure in self.compiled.closure.items()
        }
        self.lists = {name for name in self.names if self._is_list(name)}
        self.stems = {
            text: tuple((kind, self.names[s], *rest) for kind, s, *rest in entries)
            for text, entries in self.compiled.vocabulary.entries().items()
        }
        self.entries = [*self._terms(), *self._rules("rule"), *self._rules("allowed")]

    @staticmethod
    def _is_list(name: str) -> bool:
        return name.startswith("@") and not name.startswith("@unless ")

    def _shape(self, pattern: Pattern) -> Shape:
        elements = tuple(self.names[symbol] for symbol in pattern.elements)
        return elements, pattern.gaps, pattern.ordered, pattern.same_clause

    def _terms(self) -> Iterator[_Entry]:
        for depth, level in enumerate(self.compiled.terms):
            for trigger, terms in level.items():
                for term in terms:
                    name = self.names[term.symbol]
                    place = ("term", depth, self.names[trigger])
                    yield _Entry(place, self._shape(term.pattern), (name,), self.owners[name])

    def _rules(self, kind: str) -> Iterator[_Entry]:
        groups = self.compiled.rules if kind == "rule" else self.compiled.allowed
        for trigger, group in groups.items():
            for entry in group:
                place = (kind, 0, self.names[trigger])
                yield _Entry(place, self._shape(entry.pattern), self._owner(entry), ())

    def _owner(self, entry: CompiledRule) -> tuple[object, ...]:
        owner = entry.owner
        if not isinstance(owner, Rule):
            return owner.id, owner.kind, owner.scope, owner.carrier
        unless = tuple(sorted(self.names[symbol] for symbol in entry.unless))
        return (*self.judging(owner), unless)

    def judging(self, rule: Rule) -> tuple[object, ...]:
        """Return what of a rule decides about a sentence, apart from its phrases."""
        severity = self.language.first_reader.severity(rule)
        conditions = rule.carrier, rule.shape, rule.negation, rule.fields, rule.within, rule.leads
        return (rule.id, rule.category, severity, *conditions)

    def wrong(self) -> tuple[object, ...]:
        """Return the rules about an authorised effect of something else."""
        wrong = self.language.first_reader.wrong
        return tuple(rule and self.judging(rule) for _, rule in sorted(wrong.items()))

    def readings(self, word: str, shared: set[str]) -> object:
        """Return what a word means as far as shared symbols are concerned."""
        found = self.compiled.vocabulary.analyse(word)
        meant = tuple(
            (self.names[symbol], part, particle)
            for symbol, part, particle in found
            if not shared.isdisjoint(self.owners[self.names[symbol]])
        )
        # A verb that waits for its particle hides what the word means without it.
        return meant, frozenset(particle for _, _, particle in found)

    def single_letters(self) -> frozenset[str]:
        """Return the stems of one letter that take endings: how a stem begins lets them in."""
        return frozenset(
            text
            for text, entries in self.stems.items()
            if len(text) == 1 and any(kind != EXACT for kind, *_ in entries)
        )


class Change:
    """The change between two checkers in one language.

    `stems`: every word that contains one of these is to be given to `candidates`.
    """

    def __init__(self, before: Checker, after: Checker, language: str) -> None:
        self._books = before.rulebook, after.rulebook
        self.stems: frozenset[str] = frozenset()
        self.everything = self._beyond_words(language)
        if self.everything:
            return
        self._before = _Side(before.language(language))
        self._after = _Side(after.language(language))
        self._code = self._before.compiled.language
        self._shared = set(self._before.names) & set(self._after.names)
        self.stems = self._changed_stems()
        self.everything = self._reader_changes() or (SIZE if len(self.stems) > _MOST_STEMS else "")
        self._clauses: list[Clause] = []
        # Of each symbol: the words that carry it, the symbols that bring it along.
        self._carriers: dict[str, set[int]] = defaultdict(set)
        self._bringers: dict[str, set[str]] = defaultdict(set)
        for inner, owners in self._after.owners.items():
            for owner in owners[1:]:
                self._bringers[owner].add(inner)
        for entry in self._after.entries:
            for owner in entry.effect:
                self._bringers[owner].add(entry.place[2])

    def _beyond_words(self, language: str) -> str:
        before, after = self._books
        code = language.split("-", maxsplit=1)[0].lower()
        if code not in before.languages or code not in after.languages:
            return LANGUAGES
        return CATEGORIES if set(before.categories) != set(after.categories) else ""

    def _reader_changes(self) -> str:
        one, other = self._before.language.reader, self._after.language.reader
        return READER if (one is None) != (other is None) else ""

    def _changed_stems(self) -> frozenset[str]:
        one, other = self._before.stems, self._after.stems
        stems = {text for text in one.keys() | other.keys() if one.get(text) != other.get(text)}
        letters = self._before.single_letters() | self._after.single_letters()
        return frozenset(text[:START] if text[0] in letters else text for text in stems)

    def candidates(self, words: Iterable[str]) -> Candidates:
        """Return which texts may be judged otherwise.

        `words`: all words of all texts that contain one of `stems`; more do no harm.
        """
        if self.everything:
            return Candidates(everything=self.everything)
        self._clauses, self._carriers = [], defaultdict(set)
        self._words(words)
        self._belongings()
        self._phrases()
        self._conventions()
        single = frozenset[int]().union(*(c.needs[0] for c in self._clauses if len(c.needs) == 1))
        joint = tuple(dict.fromkeys(clause for clause in self._clauses if len(clause.needs) > 1))
        if len(joint) > _MOST_CLAUSES:
            return Candidates(everything=SIZE)
        clauses = (Clause((single,)), *joint) if single else joint
        # A rule the second reader has learnt beside may be doubted; one that was changed may not.
        one, other = self._before.language.doubtful, self._after.language.doubtful
        reworded = self._reworded() | (other - one)
        return Candidates("", clauses, reworded, self._recategorised(), one - other)

    def _add(self, *needs: frozenset[int]) -> None:
        if all(needs):
            self._clauses.append(Clause(tuple(dict.fromkeys(needs))))

    def _words(self, words: Iterable[str]) -> None:
        """Find the words that mean something else now, and who carries what is new."""
        touched = set()
        fresh = set(self._after.names) - self._shared
        analyse, names = self._after.compiled.vocabulary.analyse, self._after.names
        for word in words:
            number = word_id(self._code, word)
            one, other = (s.readings(word, self._shared) for s in (self._before, self._after))
            if one != other:
                touched.add(number)
            for symbol, _, _ in analyse(word):
                if names[symbol] in fresh:
                    self._carriers[names[symbol]].add(number)
        touched |= {word_id(self._code, word) for word in self._changed_signs()}
        self._add(frozenset(touched))

    def _changed_signs(self) -> frozenset[str]:
        """Return words that part sentences or verbs in one version only."""
        one, other = self._before, self._after
        particles = one.compiled.vocabulary.particles ^ other.compiled.vocabulary.particles
        return frozenset(particles | (one.language.subordinators ^ other.language.subordinators))

    def _belongings(self) -> None:
        """Add the lists that belong to other lists, or are no longer or not yet known."""
        one, other = self._before, self._after
        for name in self._shared:
            owners = [
                [owner for owner in side.owners[name] if owner in self._shared]
                for side in (one, other)
            ]
            if owners[0] != owners[1]:
                self._add(self._reach(name))
        for name in (one.lists | other.lists) - self._shared:
            self._add(self._reach(name))

    def _reach(self, name: str) -> frozenset[int]:
        """Return the ids of which one must stand in a text for this symbol to stand in it."""
        if name in self._before.owners:
            return frozenset({name_id(self._code, name)})
        brought = (self._reach(bringer) for bringer in self._bringers[name])
        return frozenset(self._carriers[name]).union(*brought)

    def _phrases(self) -> None:
        """Add the phrases that are new, gone, changed or tried in another order."""
        one, other = Counter(self._before.entries), Counter(self._after.entries)
        common = one & other
        changed = set((one - common) | (other - common))
        orders = [_by_place(side.entries, common) for side in (self._before, self._after)]
        for place, entries in orders[0].items():
            if entries != orders[1][place]:
                changed |= set(entries)
        for entry in changed:
            if not entry.effect or not self._shared.isdisjoint(entry.effect):
                self._add(*(self._reach(name) for name in entry.elements))

    def _conventions(self) -> None:
        """Add what hangs on authorised claims and on the rules about wrong carriers."""
        one, other = self._before, self._after
        claims = [dict(side.language.claims) for side in (one, other)]
        if list(claims[0]) != list(claims[1]) or one.wrong() != other.wrong():
            for name in {_EFFECT} & (set(one.names) | set(other.names)):
                self._add(self._reach(name))
        for claim in claims[0].keys() & claims[1].keys():
            if claims[0][claim].minimum_mg != claims[1][claim].minimum_mg:
                self._add(self._reach("@claim_" + claim.replace("-", "_")))

    def _reworded(self) -> frozenset[str]:
        rules = [
            {
                rule.id: (rule.message, rule.legal_basis, rule.suggestions)
                for rule in book.languages[self._code].rules
            }
            for book in self._books
        ]
        return frozenset(
            name for name in rules[0].keys() & rules[1].keys() if rules[0][name] != rules[1][name]
        )

    def _recategorised(self) -> frozenset[str]:
        one, other = (book.categories for book in self._books)
        changed = {
            code
            for code in one
            if _wording(one[code], self._code) != _wording(other[code], self._code)
        }
        offers = [
            [
                (claim.id, claim.topics, side.language.official[claim.id])
                for claim in side.language.claims.values()
            ]
            for side in (self._before, self._after)
        ]
        return frozenset(changed | (OFFERED if offers[0] != offers[1] else set()))


def _wording(category: Category, language: str) -> tuple[object, ...]:
    own = category.suggestions.get(language, ())
    return category.severity, dict(category.message), category.legal_basis, own


def _by_place(
    entries: list[_Entry], common: Counter[_Entry]
) -> dict[tuple[str, int, str], list[_Entry]]:
    """Return the entries of both versions in the order they are tried at each place."""
    found: dict[tuple[str, int, str], list[_Entry]] = {}
    for entry in entries:
        if entry in common:
            found.setdefault(entry.place, []).append(entry)
    return found
