"""A language's rulebook, compiled: words to symbols, phrases to patterns, patterns under triggers."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from shop_content.claims.errors import RulebookInvalid
from shop_content.claims.patterns import ELLIPSIS_GAP, Pattern
from shop_content.claims.rulebook import Allowed, LanguageRules, Rule, TermList
from shop_content.claims.vocabulary import Vocabulary

# Built-in symbol: a token that starts with a digit.
NUMBER = "#"
# Parts of a compound, 0 the last, each with the symbols it stands for.
WordMeaning = tuple[tuple[int, tuple[int, ...]], ...]
_GAPS = {"none": 0, "clause": -1, "sentence": -1}


@dataclass(frozen=True, slots=True)
class Term:
    """A phrase of a term list: where the pattern matches, `symbol` stands."""

    pattern: Pattern
    symbol: int


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """One phrase of a rule or of allowed text."""

    owner: Rule | Allowed
    pattern: Pattern
    unless: frozenset[int] = field(default=frozenset())


class Compiled:
    """Everything the matcher needs for one language."""

    def __init__(self, language: str, rules: LanguageRules) -> None:
        self.language = language
        self.vocabulary = Vocabulary(language)
        # What words were found to stand for, by word and verb particle: filled while reading.
        self.meanings: dict[tuple[str, str], WordMeaning] = {}
        self._ids: dict[str, int] = {NUMBER: 0}
        self._lists = rules.lists
        self._depths: dict[str, int] = {}
        # symbol -> the symbols of every list it belongs to, itself first
        self.closure: dict[int, tuple[int, ...]] = {}
        self._owners: dict[int, set[int]] = defaultdict(set)
        # terms[depth][trigger symbol]: a deeper list may use what a shallower one found
        self.terms: list[dict[int, list[Term]]] = []
        self.rules: dict[int, list[CompiledRule]] = defaultdict(list)
        self.allowed: dict[int, list[CompiledRule]] = defaultdict(list)
        self._weights: dict[int, int] = {}
        for term_list in rules.lists.values():
            self._add_list(term_list)
        for rule in rules.rules:
            self._add_rule(rule)
        for entry in rules.allowed:
            for phrase in entry.phrases:
                pattern = self._phrase(phrase, entry.id, apart=entry.apart, order=entry.order)
                self.allowed[self._trigger(pattern)].append(CompiledRule(entry, pattern))
        self._close()
        # The lists of the rulebook by symbol, without those made here for exceptions.
        self.names = {
            symbol: name
            for name, symbol in self._ids.items()
            if name.startswith("@") and name[1:] in self._lists
        }
        self.functions = frozenset(
            {self.symbol("@function_other"), self.symbol("@function_authorised")}
        )

    def symbol(self, name: str) -> int:
        """Return the symbol of an "@list"; -1, which never occurs, when there is no such list."""
        return self._ids.get(name, -1)

    def all_names(self) -> list[str]:
        """Return what each symbol stands for, in the order of the symbols."""
        return list(self._ids)

    # --- lists

    def _depth(self, name: str, path: tuple[str, ...] = ()) -> int:
        if name not in self._lists:
            raise RulebookInvalid(f"{self.language}.toml: list @{name} does not exist")
        if name in path:
            raise RulebookInvalid(f"{self.language}.toml: list @{name} contains itself")
        if name not in self._depths:
            used = {
                word for entry in self._lists[name].words for word in re.findall(r"@(\w+)", entry)
            }
            below = (self._depth(other, (*path, name)) for other in sorted(used))
            self._depths[name] = 1 + max(below, default=-1)
        return self._depths[name]

    def _add_list(self, term_list: TermList) -> None:
        depth = self._depth(term_list.name)
        symbol = self._intern("@" + term_list.name)
        while len(self.terms) <= depth:
            self.terms.append(defaultdict(list))
        for entry in term_list.words:
            self._add_entry(entry, symbol, term_list, depth)

    def _add_entry(self, entry: str, symbol: int, owner: TermList, depth: int) -> None:
        if entry.startswith("@") and " " not in entry:
            self._depth(entry[1:])
            self._owners[self._intern(entry)].add(symbol)
            return
        if " " not in entry and "-" not in entry.strip("-") and "…" not in entry:
            self.vocabulary.add(entry, symbol, exact=owner.exact, compounds=owner.compounds)
            return
        pattern = self._phrase(entry, f"@{owner.name}", exact=owner.exact)
        self.terms[depth][self._trigger(pattern)].append(Term(pattern, symbol))
        if "-" in entry.strip("-") and " " not in entry:
            self.vocabulary.add(
                _closed(entry), symbol, exact=owner.exact, compounds=owner.compounds
            )

    def _close(self) -> None:
        for symbol in list(self._ids.values()):
            seen = [symbol]
            for item in seen:
                seen += [owner for owner in sorted(self._owners[item]) if owner not in seen]
            self.closure[symbol] = tuple(seen)

    # --- phrases

    def _intern(self, name: str) -> int:
        return self._ids.setdefault(name, len(self._ids))

    def _word(self, word: str, *, exact: bool, compounds: bool) -> int:
        if word == NUMBER:
            return 0
        if word.startswith("@"):
            self._depth(word[1:])
            return self._intern(word)
        key = f"{'=' if exact else ''}{word}{'' if compounds else '|'}"
        symbol = self._ids.get(key)
        if symbol is None:
            symbol = self._intern(key)
            self.vocabulary.add_plain(word, symbol, exact=exact, compounds=compounds)
            self._weights[symbol] = len(word)
        return symbol

    def _phrase(
        self,
        phrase: str,
        where: str,
        *,
        apart: str = "none",
        order: str = "written",
        exact: bool = False,
        compounds: bool = False,
    ) -> Pattern:
        elements: list[int] = []
        gaps: list[int] = []
        plain_gap = _GAPS.get(apart, -2)
        plain_gap = int(apart) if plain_gap == -2 else plain_gap
        gap = plain_gap
        for item in phrase.split():
            if item == "…":
                gap = ELLIPSIS_GAP if plain_gap == 0 else max(plain_gap, ELLIPSIS_GAP)
                continue
            if item != NUMBER and not any(char.isalnum() for char in item):
                continue  # a sign such as % is no token
            pieces = [item] if item[0] in "@=" or item.strip("-") != item else item.split("-")
            for number, piece in enumerate(piece for piece in pieces if piece):
                if elements:
                    gaps.append(0 if number else gap)
                elements.append(self._word(piece, exact=exact, compounds=compounds))
            gap = plain_gap
        if not elements:
            raise RulebookInvalid(f"{self.language}.toml: {where}: empty phrase {phrase!r}")
        return Pattern(tuple(elements), tuple(gaps), order == "written", apart == "clause")

    def _add_rule(self, rule: Rule) -> None:
        unless = frozenset(self._except(rule))
        for phrase in rule.phrases:
            pattern = self._phrase(
                phrase,
                f"rule {rule.id}",
                apart=rule.apart,
                order=rule.order,
                exact=rule.forms == "exact",
                compounds=rule.inside_compounds,
            )
            self.rules[self._trigger(pattern)].append(CompiledRule(rule, pattern, unless))

    def _except(self, rule: Rule) -> Iterable[int]:
        """Exceptions become one-off lists, so they may be phrases too."""
        name = f"unless {rule.id}"
        for phrase in rule.unless:
            if phrase.startswith("@") and " " not in phrase:
                yield self._word(phrase, exact=False, compounds=False)
                continue
            symbol = self._intern("@" + name)
            depth = 1 + max((self._depth(n) for n in re.findall(r"@(\w+)", phrase)), default=-1)
            while len(self.terms) <= depth:
                self.terms.append(defaultdict(list))
            self._add_entry(phrase, symbol, TermList(name, "", ()), depth)
            yield symbol

    def _trigger(self, pattern: Pattern) -> int:
        """Plain words are rarer than lists, long words rarer than short ones."""
        return max(pattern.elements, key=lambda symbol: self._weights.get(symbol, 0))


def _closed(entry: str) -> str:
    """Return a hyphenated word written as one: Herz-Kreislauf becomes Herzkreislauf."""
    first, *rest = entry.split("-")
    return first + "".join(piece.lower() for piece in rest)
