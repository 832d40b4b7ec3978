"""Authorised claims: what is permitted, what stretches it, and who may carry it."""

import pytest

from shop_content import claims


def firm(checker, text, code="de"):
    findings = checker.check([claims.Part("body", "body", "text", text)], language=code).findings
    return [(f.category, f.severity) for f in findings if f.severity != "info"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Magnesium trägt zu einer normalen Muskelfunktion bei.", []),
        ("Magnesium unterstützt die normale Muskelfunktion.", []),
        ("Magnesium unterstützt die Muskelfunktion.", [("FUN_OVER", "warn")]),
        ("Magnesium stärkt die Muskelfunktion.", [("FUN_OVER", "block")]),
        (
            "Unsere Kapsel trägt zu einer normalen Muskelfunktion bei.",
            [("FUN_CARRIER", "warn")],
        ),
        ("Taurin trägt zu einer normalen Muskelfunktion bei.", [("FUN_CARRIER", "block")]),
    ],
)
def test_wording_decides_the_tier(checker, text, expected):
    assert firm(checker, text) == expected


def test_authorised_span_does_not_shelter_its_sentence(checker):
    text = "Magnesium trägt zu einer normalen Muskelfunktion bei und lindert Hexenschuss."
    assert firm(checker, text) == [("DIS_TREAT", "block")]


def test_several_effects_in_one_sentence_are_clean(checker):
    text = "Magnesium trägt zur Erhaltung normaler Knochen und Zähne bei."
    assert firm(checker, text) == []
