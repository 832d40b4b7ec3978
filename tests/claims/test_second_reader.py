"""The second reader suspects and explains itself; where law or list has spoken it is silent."""

import json
from dataclasses import replace
from math import isclose
from pathlib import Path

import pytest

from shop_content import claims
from shop_content.claims import second_reader, training
from shop_content.claims.second_reader import SecondReader, Surroundings, inner

CORPUS = Path(__file__).parent / "corpus"
RULES = {"de": "de.second_reader", "en": "en.second_reader"}


def documents(language: str) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    for line in (CORPUS / f"shop_{language}.jsonl").read_text(encoding="utf-8").splitlines():
        unit = json.loads(line)
        found.setdefault(unit["doc"], []).append(unit)
    return found


def part(units: list[dict[str, str]]) -> claims.Part:
    return claims.Part("body", "body", "text", "\n\n".join(unit["text"] for unit in units))


@pytest.mark.parametrize("language", ["de", "en"])
def test_second_reader_warns_beside_what_the_first_says_and_never_blocks(both, checker, language):
    suspected = doubted = 0
    for units in list(documents(language).values())[:20]:
        first = checker.check([part(units)], language=language).findings
        second = both.check([part(units)], language=language).findings
        own = [finding for finding in second if finding.rule == RULES[language]]
        of_rules = [finding for finding in second if finding.rule != RULES[language]]
        lowered = [row for row, was in zip(of_rules, first, strict=True) if row != was]
        assert {row.severity for row in lowered} <= {"info"}
        assert [replace(row, severity="") for row in of_rules] == [
            replace(row, severity="") for row in first
        ]
        doubted += len(lowered)
        assert {finding.severity for finding in own} <= {"warn"}
        assert not [
            (a.quote, b.quote) for a in own for b in first if a.start < b.end and b.start < a.end
        ]
        suspected += len(own)
    assert suspected > 0
    assert doubted > 0


HARMLESS = ["Magnesium ist ein Metall.", *(f"Der Tag {number} beginnt." for number in range(4))]


@pytest.mark.parametrize(
    ("said", "around", "severity"),
    [
        ("Schluss mit Stress!", HARMLESS, "info"),
        ("Magnesium beflügelt das Gehirn.", HARMLESS, "info"),
        # Beside a named food nobody doubts a disease, and by a snippet nothing.
        ("Magnesium lindert Kopfschmerzen.", HARMLESS, "block"),
        ("Schluss mit Stress!", HARMLESS[:4], "block"),
    ],
)
def test_doubt_lowers_what_is_not_said_of_a_named_food_and_a_disease(
    rulebook, monkeypatch, said, around, severity
):
    monkeypatch.setattr(SecondReader, "suspects", lambda *_: False)
    monkeypatch.setattr(SecondReader, "doubts", lambda *_: True)
    parts = [claims.Part("body", "body", "text", "\n\n".join([*around, said]))]
    found = claims.Checker(rulebook).check(parts, language="de").findings
    assert {finding.severity for finding in found} == {severity}


@pytest.mark.parametrize("change", ["rule", "goodbye", "stress"])
def test_rule_that_is_changed_or_has_a_new_word_is_never_doubted(rulebook, monkeypatch, change):
    """Who writes a rule means it: the weights were learnt without it."""
    monkeypatch.setattr(SecondReader, "suspects", lambda *_: False)
    monkeypatch.setattr(SecondReader, "doubts", lambda *_: True)
    parts = [claims.Part("body", "body", "text", "\n\n".join([*HARMLESS, "Schluss mit Stress!"]))]
    data = json.loads(rulebook.source)
    german = data["languages"]["de"]
    if change == "rule":
        (rule,) = [r for r in german["rules"] if r["id"] == "de.fun_unauth.goodbye"]
        rule["phrases"].append("nie im Leben")
    else:
        german["lists"][change]["words"].append("Zeppelinfahrt")
    changed = claims.Checker(claims.Rulebook.from_source(json.dumps(data)))
    assert changed.check(parts, language="de").verdict == "blocked"


@pytest.mark.parametrize("language", ["de", "en"])
def test_weights_that_ship_know_the_rules_that_ship(rulebook, language):
    """Else nobody has trained since the rules were rewritten."""
    reader, rules = SecondReader.of(language), rulebook.languages[language]
    assert len(reader.known(rules)) > 0.9 * len(rules.rules)


def test_stored_rulebook_has_the_rules_of_the_files(rulebook):
    stored = claims.Rulebook.from_source(rulebook.source)
    for language in ("de", "en"):
        ours, theirs = rulebook.languages[language], stored.languages[language]
        assert second_reader.marks(ours) == second_reader.marks(theirs)


def test_one_without_doubts_leaves_every_finding_as_it_is(rulebook, monkeypatch):
    monkeypatch.setattr(SecondReader, "suspects", lambda *_: False)
    monkeypatch.setattr(SecondReader, "doubts", lambda *_: False)
    parts = [claims.Part("body", "body", "text", "\n\n".join([*HARMLESS, "Schluss mit Stress!"]))]
    assert claims.Checker(rulebook).check(parts, language="de").verdict == "blocked"


def test_suspicion_names_the_words_and_a_like_sentence(rulebook):
    text = "Der Vitalstoff bringt dich durch jedes Nachmittagstief."
    checker = claims.Checker(rulebook)
    example = training.Example(
        {"w:nachmittagstief": 1.0},
        "Ein Riegel fürs Nachmittagstief.",
        "nachmittagstief",
        "FUN_OVER",
    )
    reader = SecondReader(
        {
            "weights": {"w:nachmittagstief": 9.0},
            "bias": 0.0,
            "threshold": 1.0,
            "categories": {"FUN_OVER": {"": 1.0}, "COMP": {"": -1.0}},
            "examples": [[example.text, example.words]],
        }
    )
    ((_, _, seen),) = checker.seen([claims.Part("body", "body", "text", text)], language="de")
    why = reader.explain(seen, inner(seen))
    assert (why.category, why.words, why.like) == (
        "FUN_OVER",
        ("Nachmittagstief",),
        "Ein Riegel fürs Nachmittagstief.",
    )
    assert why.in_words("de").endswith(
        "Auffällig: „Nachmittagstief“. Ähnlich beanstandet: „Ein Riegel fürs Nachmittagstief.“"
    )


@pytest.mark.parametrize(
    "text",
    [
        "Magnesium trägt zu einer normalen Muskelfunktion bei.",
        "Nahrungsergänzungsmittel sind kein Ersatz für eine ausgewogene Ernährung.",
        "Menschen mit Nierenerkrankungen sollten vor der Einnahme ärztlichen Rat einholen.",
    ],
)
def test_what_the_law_allows_is_never_suspected(rulebook, monkeypatch, text):
    monkeypatch.setattr(SecondReader, "suspects", lambda *_: True)
    found = claims.Checker(rulebook).check(
        [claims.Part("body", "body", "text", f"{text}\n\nDer Tag beginnt.")], language="de"
    )
    assert [finding.quote for finding in found.findings] == ["Der Tag beginnt"]


def test_rulebook_with_other_lists_has_no_second_reader(rulebook, monkeypatch):
    monkeypatch.setattr(SecondReader, "suspects", lambda *_: True)
    data = json.loads(rulebook.source)
    german = data["languages"]["de"]
    german["lists"] = {"pain": {"scope": "pain", "words": ["Schmerz"]}}
    german["rules"] = [
        {
            "id": "de.pain",
            "category": "DIS_TREAT",
            "phrases": ["@pain"],
            "must_hit": ["Schmerz"],
            "must_not_hit": ["Ruhe"],
        }
    ]
    german["allowed"] = []
    other = claims.Rulebook.from_source(json.dumps(data))
    report = claims.Checker(other).check(
        [claims.Part("body", "body", "text", "Der Tag beginnt.")], language="de"
    )
    assert report.findings == ()


def test_suspicions_of_one_document_are_limited(rulebook, monkeypatch):
    monkeypatch.setattr(SecondReader, "suspects", lambda *_: True)
    monkeypatch.setattr("shop_content.claims.checker._MOST_SUSPECTED", 3)
    text = "\n\n".join(f"Der Tag {number} beginnt." for number in range(9))
    parts = [claims.Part("body", "body", "text", text)]
    assert len(claims.Checker(rulebook).check(parts, language="de").findings) == 3


def test_rulebook_without_a_category_it_would_name_has_no_second_reader(rulebook, monkeypatch):
    monkeypatch.setattr(SecondReader, "suspects", lambda *_: True)
    data = json.loads(rulebook.source)
    data["categories"] = [row for row in data["categories"] if row["code"] != "WEIGHT"]
    for language in data["languages"].values():
        language["rules"] = [row for row in language["rules"] if row["category"] != "WEIGHT"]
    checker = claims.Checker(claims.Rulebook.from_source(json.dumps(data)))
    parts = [claims.Part("body", "body", "text", "Der Tag beginnt.")]
    assert checker.check(parts, language="de").findings == ()


@pytest.mark.parametrize("language", ["de", "en"])
def test_quick_weighing_is_the_weighing_of_all_features(both, language):
    reader = SecondReader.of(language)
    for units in list(documents(language).values())[:8]:
        document = [seen for _, _, seen in both.seen([part(units)], language=language)]
        slow = [reader.weigh(Surroundings(document).of(place)) for place in range(len(document))]
        quick = reader.weigh_around(document)
        assert all(isclose(a, b, abs_tol=1e-9) for a, b in zip(slow, quick, strict=True))


def test_training_learns_and_repeats_itself():
    examples = [
        training.Example({f"w:{word}": 1.0, f"w:n{n % 3}": 1.0}, word, word, category)
        for n in range(12)
        for word, category in (("lindert", "DIS_TREAT"), ("versand", ""), ("stärkt", "FUN_OVER"))
    ]
    model = training.train(examples, 0.0)
    reader = SecondReader(model)
    said = {w: reader.suspects(reader.weigh({f"w:{w}": 1.0})) for w in ("lindert", "versand")}
    assert said == {"lindert": True, "versand": False}
    assert reader.category({"w:stärkt": 1.0}) == "FUN_OVER"
    assert training.train(examples, 0.0) == model


def test_engine_version_changes_with_the_weights(tmp_path, monkeypatch):
    before = second_reader.version()
    monkeypatch.setattr(second_reader, "DATA", tmp_path)
    (tmp_path / "reader_de.json").write_text("{}")
    assert second_reader.version() != before
    assert claims.ENGINE_VERSION.partition("-")[2] == before
