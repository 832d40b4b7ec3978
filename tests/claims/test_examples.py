"""The examples the rulebook carries: an entry that does not do what it says fails here."""

from pathlib import Path

import pytest

from shop_content import claims

BOOK = claims.read_rulebook(Path(__file__).resolve().parents[2] / "fixtures")
RULES = [
    pytest.param(code, rule, id=rule.id)
    for code, language in BOOK.languages.items()
    for rule in language.rules
]
ALLOWED = [
    pytest.param(code, entry, id=entry.id)
    for code, language in BOOK.languages.items()
    for entry in language.allowed
]
WORDINGS = [
    pytest.param(code, wording, id=f"{claim.id}-{code}")
    for claim in BOOK.authorised
    for code, wording in claim.wording.items()
]


def firm(checker, text, code, only=""):
    part = claims.Part("body", "body", "text", text)
    findings = checker.check([part], language=code, only=only).findings
    return [finding for finding in findings if finding.severity != "info"]


@pytest.mark.parametrize(("code", "rule"), RULES)
def test_rule_hits_its_examples(checker, code, rule):
    missed = []
    for text in rule.must_hit:
        part = claims.Part("body", "body", "text", text)
        found = checker.check([part], language=code, only=rule.id).findings
        if rule.id not in {finding.rule for finding in found}:
            missed.append(text)
    assert missed == []


@pytest.mark.parametrize(("code", "rule"), RULES)
def test_rule_leaves_its_counter_examples(checker, code, rule):
    hit = [
        text
        for text in rule.must_not_hit
        if rule.id in {finding.rule for finding in firm(checker, text, code, rule.id)}
    ]
    assert hit == []


@pytest.mark.parametrize(("code", "entry"), ALLOWED)
def test_allowed_text_is_cleared(checker, code, entry):
    assert [text for text in entry.must_clear if firm(checker, text, code)] == []


@pytest.mark.parametrize(("code", "wording"), WORDINGS)
def test_authorised_wording_is_clean(checker, code, wording):
    texts = (wording.official, *wording.must_hit)
    assert [text for text in texts if firm(checker, text, code)] == []


@pytest.mark.parametrize(("code", "wording"), WORDINGS)
def test_stretched_wording_is_found(checker, code, wording):
    assert [text for text in wording.must_not_hit if not firm(checker, text, code)] == []


def test_every_category_of_a_sentence_has_a_rule_in_each_language():
    of_documents = {"AUTH_COND", "MAND"}
    for language in BOOK.languages.values():
        covered = {rule.category for rule in language.rules}
        assert set(BOOK.categories) - covered - of_documents == set()


def test_ten_magnesium_claims_ship_in_both_languages():
    magnesium = [claim for claim in BOOK.authorised if claim.nutrient == "magnesium"]
    assert len(magnesium) == 10
    assert {code for claim in magnesium for code in claim.wording} == {"de", "en"}
