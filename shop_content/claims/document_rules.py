"""Rules about the whole document: conditions of use, mandatory notices, proximity.

Reg. (EU) 432/2012 Annex (conditions), Reg. (EC) 1924/2006 Art. 10(2) and 10(3),
https://eur-lex.europa.eu/eli/reg/2006/1924.
"""

from dataclasses import dataclass, replace
from decimal import Decimal

from shop_content.claims.blocks import Block
from shop_content.claims.categories import Category
from shop_content.claims.folding import plain
from shop_content.claims.report import Facts, Finding, fingerprint
from shop_content.claims.rulebook import AuthorisedClaim

COND_RULE, MAND_RULE = "document.auth_cond", "document.mand"
_HEALTH_CLAIM = frozenset({"GEN_HEALTH", "FUN_OVER", "FUN_UNAUTH", "FUN_CARRIER"})
# One of these stems must occur in the notices or in the text for each statement Art. 10(2)(a)
# of Reg. 1924/2006 and Art. 6(3) of Directive 2002/46/EC ask for.
_STATEMENTS: dict[str, dict[str, tuple[str, ...]]] = {
    "de": {
        "abwechslungsreiche und ausgewogene Ernährung, gesunde Lebensweise": ("lebensweise", "abwechslungsreich"),
        "empfohlene tägliche Verzehrsmenge nicht überschreiten": ("ueberschritten", "ueberschreiten"),
        "außerhalb der Reichweite von kleinen Kindern": ("reichweite",),
    },
    "en": {
        "varied and balanced diet, healthy lifestyle": ("lifestyle", "varied"),
        "do not exceed the recommended daily dose": ("exceed",),
        "keep out of the reach of young children": ("reach",),
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class AuthorisedUse:
    """An authorised claim as made: block and source span."""

    claim: AuthorisedClaim
    block: Block
    start: int
    end: int
    quote: str


def conditions(
    uses: list[AuthorisedUse], facts: Facts, categories: dict[str, Category]
) -> list[Finding]:
    """Return one AUTH_COND finding per authorised claim whose condition of use is unmet."""
    category = categories["AUTH_COND"]
    return [
        Finding(
            rule=COND_RULE,
            category=category.code,
            severity=category.severity,
            field=use.block.field,
            start=use.start,
            end=use.end,
            quote=use.quote,
            message=category.message,
            legal_basis=category.legal_basis,
            suggestions=(),
            fingerprint=fingerprint(COND_RULE, use.quote),
        )
        for use in uses
        if not _met(use.claim, facts)
    ]


def _met(claim: AuthorisedClaim, facts: Facts) -> bool:
    minimum = Decimal(claim.minimum_mg)
    amounts = [product.elemental_magnesium_mg for product in facts.products]
    return bool(amounts) and all(amount is not None and amount >= minimum for amount in amounts)


def mandatory(
    findings: list[Finding],
    uses: list[AuthorisedUse],
    texts: list[str],
    facts: Facts,
    language: str,
    category: Category,
) -> list[Finding]:
    """Return a MAND finding when the document makes a health claim and lacks a statement."""
    if not uses and not any(finding.category in _HEALTH_CLAIM for finding in findings):
        return []
    notices = [notice for product in facts.products for notice in product.notices]
    said = " ".join(plain(text) for text in (*texts, *notices))
    wanted = _STATEMENTS.get(language, {})
    missing = tuple(name for name, stems in wanted.items() if not any(s in said for s in stems))
    if not missing:
        return []
    return [
        Finding(
            rule=MAND_RULE,
            category=category.code,
            severity=category.severity,
            field="",
            start=None,
            end=None,
            quote="",
            message=category.message,
            legal_basis=category.legal_basis,
            suggestions=missing,
            fingerprint=fingerprint(MAND_RULE, " ".join(missing)),
        )
    ]


def proximity(finding: Finding, *, in_block: bool, in_document: bool) -> Finding:
    """Return a GEN_HEALTH finding with the severity its distance to an authorised claim gives it.

    Art. 10(3): allowed beside a matching authorised claim (ECJ C-524/18: immediate visual link);
    without any in the document there is nothing a reviewer could accept.
    """
    if finding.category != "GEN_HEALTH" or finding.severity == "info":
        return finding
    if in_block:
        return replace(finding, severity="info")
    return finding if in_document else replace(finding, severity="block")
