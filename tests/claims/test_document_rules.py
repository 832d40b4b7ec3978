"""Rules about the whole document: conditions of use, mandatory statements, proximity."""

from decimal import Decimal

import pytest

from shop_content import claims

CLAIM = "Magnesium trägt zu einer normalen Muskelfunktion bei."
NOTICES = (
    "Eine abwechslungsreiche und ausgewogene Ernährung und eine gesunde Lebensweise sind wichtig.",
    "Die angegebene empfohlene tägliche Verzehrsmenge darf nicht überschritten werden.",
    "Außerhalb der Reichweite von kleinen Kindern aufbewahren.",
)


def rules(checker, text, *amounts, notices=NOTICES):
    products = tuple(
        claims.ProductFacts(f"P{number}", amount, notices=notices)
        for number, amount in enumerate(amounts)
    )
    part = claims.Part("body", "body", "text", text)
    report = checker.check([part], language="de", facts=claims.Facts(products))
    return [finding.category for finding in report.findings]


@pytest.mark.parametrize(
    ("amounts", "expected"),
    [
        ((Decimal("56.25"),), []),
        ((Decimal("56.24"),), ["AUTH_COND"]),
        ((None,), ["AUTH_COND"]),
        ((Decimal(100), Decimal(20)), ["AUTH_COND"]),
    ],
)
def test_condition_of_use_is_the_daily_portion(checker, amounts, expected):
    assert rules(checker, CLAIM, *amounts) == expected


def test_claim_without_product_fails_its_condition(checker):
    assert "AUTH_COND" in rules(checker, CLAIM)


def test_condition_quotes_the_claim(checker):
    part = claims.Part("body", "body", "text", CLAIM)
    finding = checker.check([part], language="de", facts=claims.Facts()).findings[0]
    assert (finding.rule, finding.quote) == ("document.auth_cond", CLAIM.removesuffix(" bei."))


def test_missing_statements_are_named(checker):
    part = claims.Part("body", "body", "text", CLAIM)
    product = claims.ProductFacts("P", Decimal(100), notices=NOTICES[:2])
    report = checker.check([part], language="de", facts=claims.Facts((product,)))
    assert [(f.category, f.start, f.suggestions) for f in report.findings] == [
        ("MAND", None, ("außerhalb der Reichweite von kleinen Kindern",))
    ]


def test_without_facts_nothing_is_asked_of_the_product(checker):
    part = claims.Part("body", "body", "text", CLAIM)
    assert checker.check([part], language="de").findings == ()


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("Für dein Wohlbefinden", "block"),
        (f"Für dein Wohlbefinden\n\n{CLAIM}", "warn"),
        (f"{CLAIM} Für dein Wohlbefinden!", "info"),
    ],
)
def test_general_benefit_needs_an_authorised_claim_beside_it(checker, text, severity):
    part = claims.Part("body", "body", "text", text)
    findings = checker.check([part], language="de").findings
    assert [(f.category, f.severity) for f in findings] == [("GEN_HEALTH", severity)]


def test_fingerprint_survives_a_move(checker):
    def print_of(text):
        part = claims.Part("body", "body", "text", text)
        return [f.fingerprint for f in checker.check([part], language="de").findings]

    sentence = "Magnesium lindert Hexenschuss."
    assert print_of(sentence) == print_of(f"Wir liefern schnell.\n\n{sentence}")
    assert print_of(sentence) != print_of("Magnesium lindert Gicht.")
