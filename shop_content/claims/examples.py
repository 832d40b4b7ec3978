"""The examples a rulebook carries, run: which entries do not do what they say."""

from collections.abc import Iterator
from dataclasses import dataclass

from shop_content.claims.checker import Checker
from shop_content.claims.report import Finding, Part
from shop_content.claims.rulebook import LanguageRules, Rulebook


@dataclass(frozen=True, slots=True)
class BrokenExample:
    """One example that fails. `wanted`: hit, no_hit (of this rule), clear or finding (of any)."""

    language: str
    entry: str
    wanted: str
    text: str


def broken_examples(rulebook: Rulebook) -> list[BrokenExample]:
    """Return every example that fails. Raise RulebookInvalid for what cannot be compiled."""
    checker = Checker(rulebook)
    broken: list[BrokenExample] = []
    for code, language in rulebook.languages.items():
        broken += _of_rules(checker, code, language)
        broken += _of_wordings(checker, code, rulebook)
    return broken


def _of_rules(checker: Checker, code: str, language: LanguageRules) -> Iterator[BrokenExample]:
    for rule in language.rules:
        for text in rule.must_hit:
            if rule.id not in {found.rule for found in _check(checker, code, text, rule.id)}:
                yield BrokenExample(code, rule.id, "hit", text)
        for text in rule.must_not_hit:
            if rule.id in {found.rule for found in _firm(checker, code, text, rule.id)}:
                yield BrokenExample(code, rule.id, "no_hit", text)
    for entry in language.allowed:
        for text in entry.must_clear:
            if _firm(checker, code, text):
                yield BrokenExample(code, entry.id, "clear", text)


def _of_wordings(checker: Checker, code: str, rulebook: Rulebook) -> Iterator[BrokenExample]:
    for claim in rulebook.authorised:
        wording = claim.wording.get(code)
        if wording is None:
            continue
        for text in (wording.official, *wording.must_hit):
            if _firm(checker, code, text):
                yield BrokenExample(code, claim.id, "clear", text)
        for text in wording.must_not_hit:
            if not _firm(checker, code, text):
                yield BrokenExample(code, claim.id, "finding", text)


def _check(checker: Checker, code: str, text: str, only: str = "") -> tuple[Finding, ...]:
    return checker.check([Part("body", "body", "text", text)], language=code, only=only).findings


def _firm(checker: Checker, code: str, text: str, only: str = "") -> list[Finding]:
    return [found for found in _check(checker, code, text, only) if found.severity != "info"]
