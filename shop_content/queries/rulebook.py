"""Reading a rulebook version: what is in it, where a word occurs, what differs between two."""

import dataclasses
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import Count, QuerySet

from shop_content import claims
from shop_content.models import Finding, RulebookVersion


@lru_cache(maxsize=4)
def book_of(version_id: int) -> claims.Rulebook:
    """Return the rulebook of a version; versions are immutable, so it is kept."""
    source = RulebookVersion.objects.values_list("source", flat=True).get(pk=version_id)
    return claims.Rulebook.from_source(source)


def findings_per_rule(version: RulebookVersion) -> dict[str, int]:
    """Return how many findings each rule has made under this version."""
    rows = Finding.objects.filter(check_run__rulebook=version).values("rule").order_by("rule")
    return dict(rows.annotate(number=Count("pk")).values_list("rule", "number"))


def findings_of(rule: str, version: RulebookVersion) -> QuerySet[Finding]:
    """Return what this rule found under this version, the newest first."""
    return (
        Finding.objects.filter(check_run__rulebook=version, rule=rule)
        .select_related("check_run__revision")
        .order_by("-pk")
    )


def severity_of(rule: claims.Rule, book: claims.Rulebook) -> str:
    """Return the severity a finding of this rule gets: its own, or its category's."""
    return rule.severity or book.categories[rule.category].severity


def lists_in(phrases: Iterable[str]) -> list[str]:
    """Return the names of the term lists that phrases refer to, each once, in order."""
    words = (word for phrase in phrases for word in phrase.split())
    return list(dict.fromkeys(word[1:].rstrip(",") for word in words if word.startswith("@")))


@dataclass(frozen=True)
class Found:
    """Where a word occurs in one language: names and ids, rules with the reason they are named."""

    lists: frozenset[str]
    rules: Mapping[str, str]
    allowed: frozenset[str]
    authorised: frozenset[str]


def search(book: claims.Rulebook, language: str, query: str) -> Found:
    """Return which lists, rules, allowed texts and authorised claims contain `query`.

    A rule contains what it says itself (the reason is empty) and what the lists it refers to
    contain, also through further lists (the reason is the list).
    """
    rules, wanted = book.languages[language], query.casefold().strip()
    hits = {
        name
        for name, row in rules.lists.items()
        if _contains(wanted, (name, row.scope, *row.words))
    }
    through = _containing(rules.lists, hits)
    named: dict[str, str] = {}
    for rule in rules.rules:
        own = (rule.id, rule.category, *rule.phrases, *rule.must_hit, *rule.must_not_hit)
        used = lists_in((*rule.phrases, *rule.unless))
        if _contains(wanted, (*own, *rule.unless, rule.legal_basis, *rule.suggestions)):
            named[rule.id] = ""
        elif reasons := [name for name in used if name in through]:
            named[rule.id] = reasons[0]
    allowed = {
        entry.id
        for entry in rules.allowed
        if _contains(wanted, (entry.id, entry.kind, *entry.phrases, *entry.must_clear))
    }
    authorised = {
        claim.id
        for claim in book.authorised
        for text in (claim.wording.get(language),)
        if text and _contains(wanted, (claim.id, text.official, *text.effects, *text.must_hit))
    }
    return Found(frozenset(hits), named, frozenset(allowed), frozenset(authorised))


def _contains(wanted: str, texts: Iterable[str]) -> bool:
    return any(wanted in text.casefold() for text in texts)


def _containing(lists: Mapping[str, claims.TermList], names: set[str]) -> set[str]:
    """Return the names and every list that refers to one of them, directly or not."""
    reached = set(names)
    while more := {
        name
        for name, row in lists.items()
        if name not in reached and reached & set(lists_in(row.words))
    }:
        reached |= more
    return reached


@dataclass(frozen=True)
class Change:
    """One difference.

    `kind`: rule, list, allowed, authorised or category; `what`: added, removed or changed;
    `details`: field, what it lost and what it gained, as texts.
    """

    language: str
    kind: str
    name: str
    what: str
    details: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = ()


def differences(old: claims.Rulebook, new: claims.Rulebook) -> list[Change]:
    """Return what `new` has otherwise than `old`, by language, kind and name."""
    before, after = _entries(old), _entries(new)
    changes = []
    for key in sorted(before.keys() | after.keys()):
        one, other = before.get(key), after.get(key)
        if one == other:
            continue
        what = "added" if one is None else "removed" if other is None else "changed"
        changes.append(Change(*key, what, tuple(_details(one or {}, other or {}))))
    return changes


def _entries(book: claims.Rulebook) -> dict[tuple[str, str, str], dict[str, Any]]:
    entries: dict[tuple[str, str, str], dict[str, Any]] = {}
    for code, language in book.languages.items():
        for rule in language.rules:
            entries[code, "rule", rule.id] = dataclasses.asdict(rule)
        for name, row in language.lists.items():
            entries[code, "list", name] = dataclasses.asdict(row)
        for allowed in language.allowed:
            entries[code, "allowed", allowed.id] = dataclasses.asdict(allowed)
    source = json.loads(book.source)
    entries |= {("", "authorised", row["id"]): row for row in source["authorised"]}
    entries |= {("", "category", row["code"]): row for row in source["categories"]}
    return entries


def _details(
    one: dict[str, Any], other: dict[str, Any]
) -> Iterable[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    for field in dict.fromkeys((*one, *other)):
        before, after = _texts(one.get(field)), _texts(other.get(field))
        lost, gained = Counter(before) - Counter(after), Counter(after) - Counter(before)
        if lost or gained:
            yield field, tuple(lost.elements()), tuple(gained.elements())


def _texts(value: Any) -> list[str]:
    """Return the texts in a value, nested ones with their keys."""
    if isinstance(value, dict):
        return [f"{key}: {text}" for key, inner in value.items() for text in _texts(inner)]
    if isinstance(value, (list, tuple)):
        return [text for inner in value for text in _texts(inner)]
    return [] if value in (None, "") else [str(value)]
