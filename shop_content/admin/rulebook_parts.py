"""The rows of the rulebook's pages: rules, term lists, allowed text, authorised claims."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from shop_content import claims
from shop_content.admin.rulebook_words import conditions, pieces
from shop_content.queries import rulebook as queries

PARTS = {
    "rules": _("Rules"),
    "lists": _("Term lists"),
    "allowed": _("Allowed text"),
    "authorised": _("Authorised claims"),
    "categories": _("Categories"),
}
QUERY_LIMIT = 100
SEVERITIES = ("block", "warn", "info")


@dataclass(frozen=True)
class Asked:
    """What the address asks for; anything unknown is what an empty address gives."""

    language: str
    part: str
    query: str
    category: str
    severity: str

    @classmethod
    def of(cls, request: HttpRequest, book: claims.Rulebook) -> "Asked":
        """Read the address."""
        get = request.GET.get
        languages = sorted(book.languages)
        language, part = get("lang", ""), get("part", "")
        category, severity = get("category", ""), get("severity", "")
        return cls(
            language if language in languages else languages[0],
            part if part in PARTS else "rules",
            get("q", "").replace("\x00", "").strip()[:QUERY_LIMIT],
            category if category in book.categories else "",
            severity if severity in SEVERITIES else "",
        )


def parts(
    book: claims.Rulebook, asked: Asked, made: dict[str, int]
) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of each part that the address asks for. `made`: findings by rule."""
    language = book.languages[asked.language]
    found = queries.search(book, asked.language, asked.query) if asked.query else None
    rules = [
        rule_row(rule, book, made) | {"through": found.rules[rule.id] if found else ""}
        for rule in language.rules
        if (found is None or rule.id in found.rules) and _wanted(rule, book, asked)
    ]
    lists = [
        list_row(row, language, asked.query)
        for name, row in sorted(language.lists.items())
        if found is None or name in found.lists
    ]
    allowed = [
        {"entry": entry, "phrases": [pieces(phrase) for phrase in entry.phrases]}
        for entry in language.allowed
        if found is None or entry.id in found.allowed
    ]
    authorised = [
        {"claim": claim, "wording": claim.wording[asked.language]}
        for claim in book.authorised
        if asked.language in claim.wording and (found is None or claim.id in found.authorised)
    ]
    counted: dict[str, int] = {}
    for rule in language.rules:
        counted[rule.category] = counted.get(rule.category, 0) + 1
    wanted = asked.query.casefold()
    categories = [
        {"category": row, "rules": counted.get(row.code, 0)}
        for row in book.categories.values()
        if wanted in f"{row.code} {row.name} {row.legal_basis} {row.message}".casefold()
    ]
    return {
        "rules": rules,
        "lists": lists,
        "allowed": allowed,
        "authorised": authorised,
        "categories": categories,
    }


def _wanted(rule: claims.Rule, book: claims.Rulebook, asked: Asked) -> bool:
    return asked.category in ("", rule.category) and asked.severity in (
        "",
        queries.severity_of(rule, book),
    )


def rule_row(rule: claims.Rule, book: claims.Rulebook, made: dict[str, int]) -> dict[str, Any]:
    """Return one rule as its row and its page show it."""
    category = book.categories[rule.category]
    return {
        "rule": rule,
        "category": category,
        "severity": queries.severity_of(rule, book),
        "phrases": [pieces(phrase) for phrase in rule.phrases],
        "conditions": conditions(rule),
        "law": rule.legal_basis or category.legal_basis,
        "message": rule.message or category.message,
        "made": made.get(rule.id, 0),
    }


def list_row(row: claims.TermList, language: claims.LanguageRules, query: str) -> dict[str, Any]:
    """Return one term list, the words that were asked for first, with the rules that use it."""
    wanted = query.casefold()
    hits = [word for word in row.words if wanted and wanted in word.casefold()]
    users = [
        rule.id
        for rule in language.rules
        if row.name in queries.lists_in((*rule.phrases, *rule.unless))
    ]
    return {
        "list": row,
        "hits": [piece for word in hits for piece in [pieces(word)]],
        "users": users,
    }
