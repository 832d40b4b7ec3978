"""Rulebook files as officers exchange them: whatever is wrong is named, nothing crashes."""

import pytest

from shop_content import claims

RULE = (
    '[[rules]]\nid = "en.x"\ncategory = "DIS_TREAT"\nphrases = ["curetest"]\ncarrier = "none"\n'
    'must_hit = ["A curetest."]\nmust_not_hit = ["A jar."]\n'
)


def test_files_build_the_same_rulebook(rulebook):
    files = {name: text.encode() for name, text in claims.files_of(rulebook).items()}
    assert claims.rulebook_of(files).digest == rulebook.digest


def test_missing_files_are_taken_from_the_base(rulebook):
    made = claims.rulebook_of({"en.toml": RULE.encode()}, rulebook)
    assert made.languages["de"] == rulebook.languages["de"]
    assert [rule.id for rule in made.languages["en"].rules] == ["en.x"]


@pytest.mark.parametrize(
    ("name", "raw", "message"),
    [
        ("de.toml", b"rules = [\n\xff", "de.toml: not UTF-8 (line 2)"),
        ("de.toml", b"a = " + b"[" * 5000 + b"]" * 5000, "de.toml: nested too deeply"),
        ("de.toml", b"a." * 30 + b"a = 1", "de.toml: a key has too many parts"),
        ("de.toml", b"rules = 1", "de.toml: [[rules]] is missing"),
        ("de.toml", b"lists = []\nrules = []", "de.toml: a term list is [lists.NAME] with"),
        ("taxonomy.toml", b"", "taxonomy.toml: [[categories]] is missing"),
        ("authorised_claims.toml", b"claims = [1]", "authorised_claims.toml: [[claims]] is"),
        (
            "authorised_claims.toml",
            b'[[claims]]\nid = "MG-01"\nminimum_mg = "x"',
            "authorised_claims.toml: claim MG-01: minimum_mg must be an amount in quotes",
        ),
        (
            "en.toml",
            RULE.replace("DIS_TREAT", "NONE").encode(),
            "en.toml: rule en.x: category: 'NONE' is none of",
        ),
        ("en.toml", RULE.replace('"curetest"', "1").encode(), "en.toml: rule en.x: phrases has"),
        ("en.toml", b"[[rules]]\nid = 2020-01-01\n", "en.toml: an entry is not built as expected"),
    ],
)
def test_mistake_in_a_file_is_named(rulebook, name, raw, message):
    with pytest.raises(claims.RulebookInvalid) as error:
        claims.rulebook_of({name: raw}, rulebook)
    assert str(error.value)[: len(message)] == message


def test_mistake_of_a_rule_tells_its_line(rulebook):
    raw = ("# a comment\n" + RULE.replace("phrases", "phrase")).encode()
    with pytest.raises(claims.RulebookInvalid) as error:
        claims.rulebook_of({"en.toml": raw}, rulebook)
    assert str(error.value) == "en.toml: rule en.x: unknown field phrase (line 3)"


def test_examples_that_do_not_hold_are_listed(rulebook):
    assert claims.broken_examples(rulebook) == []
    turned = RULE.replace("A curetest.", "A lid.").replace("A jar.", "Another curetest.")
    files = claims.files_of(rulebook)
    made = claims.rulebook_of({"en.toml": (files["en.toml"] + "\n" + turned).encode()}, rulebook)
    assert claims.broken_examples(made) == [
        claims.BrokenExample("en", "en.x", "hit", "A lid."),
        claims.BrokenExample("en", "en.x", "no_hit", "Another curetest."),
    ]
