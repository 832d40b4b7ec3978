"""Whoever is no candidate of a change has the same report after it: nothing is missed."""

import copy
import json
import random
from collections.abc import Callable
from decimal import Decimal

import pytest

from shop_content import claims
from shop_content.claims.roots import name_id, word_id
from shop_content.claims.second_reader import SecondReader
from tests.claims import edits

BOOKS, TEXTS = 20, 40


def report_of(checker: claims.Checker, body: str, code: str) -> claims.Report:
    part = claims.Part("body", "body", "html", body)
    return checker.check([part], language=code, facts=edits.FACTS)


def candidates_of(
    before: claims.Checker, after: claims.Checker, code: str, words: set[str]
) -> claims.Candidates:
    change = claims.Change(before, after, code)
    return change.candidates(word for word in words if any(stem in word for stem in change.stems))


def is_candidate(
    candidates: claims.Candidates, roots: claims.Roots, report: claims.Report
) -> bool:
    return candidates.meets(roots.ids, report.findings)


def result(report: claims.Report) -> tuple[object, ...]:
    return report.verdict, report.findings, report.uses


def missed(seed: int, code: str, many: int) -> tuple[list[str], int, int]:
    """Return the texts that were missed, how many differed and how many were left out."""
    chance = random.Random(seed)  # noqa: S311 -- a replayable choice of edits
    source = edits.small(chance, code)
    changed = copy.deepcopy(source)
    made = [chance.choice(edits.EDITS) for _ in range(chance.choice([1, 1, 1, 2, 3]))]
    for edit in made:
        edit(chance, changed, code)
    before = claims.Checker(edits.rulebook(source))
    after = claims.Checker(edits.rulebook(changed))
    words = sorted({*edits.vocabulary(source, code), *edits.vocabulary(changed, code)})
    told = edits.focus(source, changed, code)
    texts = [edits.text(chance, words, told, code) for _ in range(many)]
    reports = [report_of(before, body, code) for body in texts]
    parts = ([claims.Part("body", "body", "html", body)] for body in texts)
    roots = [claims.roots_of(before, part, language=code) for part in parts]
    known = set().union(*(one.words for one in roots))
    candidates = candidates_of(before, after, code, known)
    wrong, differing, left_out = [], 0, 0
    for body, report, one in zip(texts, reports, roots, strict=True):
        differs = result(report) != result(report_of(after, body, code))
        found = is_candidate(candidates, one, report)
        differing += differs
        left_out += not found
        if differs and not found:
            wrong.append(f"{seed} {[edit.__name__ for edit in made]}: {body}")
    return wrong, differing, left_out


@pytest.mark.parametrize("code", ["de", "en"])
@pytest.mark.parametrize("start", range(0, BOOKS, 10))
def test_whoever_is_no_candidate_keeps_the_report(start: int, code: str) -> None:
    results = [missed(seed, code, TEXTS) for seed in range(start, start + 10)]
    assert [line for wrong, _, _ in results for line in wrong] == []
    # The texts do meet the edits, and an index that names every text would be no index.
    assert sum(differing for _, differing, _ in results) > 0
    assert sum(left_out for _, _, left_out in results) > 5 * TEXTS


@pytest.fixture(scope="module")
def both() -> claims.Checker:
    """The shipped rulebook as it is stored: sorted."""
    return claims.Checker(edits.rulebook(edits.SHIPPED))


def edited(change: Callable[[edits.Source], object]) -> claims.Checker:
    source = copy.deepcopy(edits.SHIPPED)
    change(source)
    return claims.Checker(edits.rulebook(source))


def verdicts(
    both: claims.Checker, change: Callable[[edits.Source], object], *bodies: str
) -> list[tuple[bool, bool]]:
    """Return for each text whether its report differs, and whether it is a candidate."""
    after = edited(change)
    parts = [[claims.Part("body", "body", "html", body)] for body in bodies]
    roots = [claims.roots_of(both, part, language="de") for part in parts]
    words = set().union(*(one.words for one in roots))
    candidates = candidates_of(both, after, "de", words)
    found = []
    for body, one in zip(bodies, roots, strict=True):
        report = report_of(both, body, "de")
        differs = result(report) != result(report_of(after, body, "de"))
        found.append((differs, is_candidate(candidates, one, report)))
    return found


NEITHER, BOTH = (False, False), (True, True)
CLAIM = "<p>Magnesium trägt zu einer normalen Muskelfunktion bei.</p>"
PLAIN = "<p>Die Dose ist aus Glas.</p>"


def rules(source: edits.Source) -> list[edits.Source]:
    found: list[edits.Source] = source["languages"]["de"]["rules"]
    return found


def forbid(*phrases: str, **more: object) -> Callable[[edits.Source], object]:
    rule = {
        "id": "de.test.new",
        "category": "DIS_TREAT",
        "phrases": list(phrases),
        "carrier": "none",
        "must_hit": ["x"],
        "must_not_hit": ["y"],
    }
    return lambda source: rules(source).append(rule | more)


def test_new_word_makes_candidates_of_its_forms_and_compounds(both: claims.Checker) -> None:
    bodies = "<p>Gläser.</p>", "<p>Glasdeckel.</p>", "<p>Die Kiste ist aus Holz.</p>"
    assert verdicts(both, forbid("Glas"), *bodies) == [BOTH, BOTH, NEITHER]


def test_all_words_of_a_new_phrase_are_needed(both: claims.Checker) -> None:
    bodies = "<p>Glas mit Deckel.</p>", PLAIN, "<p>Der Deckel.</p>"
    assert verdicts(both, forbid("Glas Deckel"), *bodies) == [BOTH, NEITHER, NEITHER]


def test_rule_of_known_lists_makes_candidates_of_texts_with_all_of_them(
    both: claims.Checker,
) -> None:
    bodies = "<p>Migräne, sagt der Arzt.</p>", "<p>Der Arzt ist da.</p>", PLAIN
    found = verdicts(both, forbid("@disease @doctor"), *bodies)
    assert found == [BOTH, NEITHER, NEITHER]


def test_list_that_joins_another_makes_candidates_of_its_words(both: claims.Checker) -> None:
    def join(source: edits.Source) -> None:
        lists = source["languages"]["de"]["lists"]
        lists["glass"] = {"scope": "vessels", "words": ["Glas", "Dose im Karton"]}
        lists["disease"]["words"].append("@glass")

    bodies = "<p>Magnesium gegen Glas.</p>", "<p>Magnesium gegen Holz.</p>"
    assert verdicts(both, join, *bodies) == [BOTH, NEITHER]


def test_list_that_leaves_another_makes_candidates_of_its_words(both: claims.Checker) -> None:
    def leave(source: edits.Source) -> None:
        for row in source["languages"]["de"]["lists"].values():
            row["words"] = [word for word in row["words"] if word != "@disease"]

    bodies = "<p>Migräne? Magnesium hilft.</p>", PLAIN
    assert [found for _, found in verdicts(both, leave, *bodies)] == [True, False]


def test_particle_nobody_knew_makes_candidates(both: claims.Checker) -> None:
    bodies = "<p>Es glast dem Rost sehr fern.</p>", "<p>Es ist aus Blech.</p>"
    found = verdicts(both, forbid("fernglasen"), *bodies)
    assert [candidate for _, candidate in found] == [True, False]


def test_severity_of_a_rule_makes_candidates_of_what_it_may_hit(both: claims.Checker) -> None:
    def lower(source: edits.Source) -> None:
        for rule in rules(source):
            if rule["category"] == "DIS_TREAT":
                rule["severity"] = "info"

    bodies = "<p>Magnesium lindert Migräne.</p>", PLAIN
    assert verdicts(both, lower, *bodies) == [BOTH, NEITHER]


def test_severity_of_a_category_makes_candidates(both: claims.Checker) -> None:
    def lower(source: edits.Source) -> None:
        for row in source["categories"]:
            row["severity"] = "info" if row["code"] == "DIS_TREAT" else row["severity"]

    bodies = "<p>Magnesium lindert Migräne.</p>", PLAIN
    assert verdicts(both, lower, *bodies) == [BOTH, NEITHER]


def test_wording_of_a_category_makes_candidates_of_its_findings_only(
    both: claims.Checker,
) -> None:
    def reword(source: edits.Source) -> None:
        for row in source["categories"]:
            if row["code"] == "DIS_TREAT":
                row["legal_basis"] = "Art. 99"

    bodies = "<p>Magnesium lindert Migräne.</p>", CLAIM, PLAIN
    assert verdicts(both, reword, *bodies) == [BOTH, NEITHER, NEITHER]


def test_wording_of_a_rule_makes_candidates_of_its_findings_only(both: claims.Checker) -> None:
    body = "<p>Magnesium lindert Migräne.</p>"
    (found,) = report_of(both, body, "de").findings

    def reword(source: edits.Source) -> None:
        for rule in rules(source):
            if rule["id"] == found.rule:
                rule["message"] = {"de": "Neu.", "en": "New."}

    assert verdicts(both, reword, body, CLAIM, PLAIN) == [BOTH, NEITHER, NEITHER]


def test_allowed_text_that_goes_makes_candidates(both: claims.Checker) -> None:
    entry = {
        "id": "de.test.glass",
        "kind": "sense",
        "phrases": ["Glas lindert Migräne"],
        "must_clear": ["x"],
    }
    with_it = edited(lambda source: source["languages"]["de"]["allowed"].append(entry))
    bodies = "<p>Magnesium im Glas lindert Migräne.</p>", PLAIN, "<p>Magnesium hilft.</p>"
    assert verdicts(with_it, lambda source: None, *bodies) == [BOTH, NEITHER, NEITHER]


def test_condition_of_use_makes_candidates_of_the_claim(both: claims.Checker) -> None:
    facts = claims.Facts((claims.ProductFacts("MG-1", Decimal(60), ()),))

    def demand(source: edits.Source) -> None:
        for claim in source["authorised"]:
            claim["minimum_mg"] = "100"

    part = claims.Part("body", "body", "html", CLAIM)
    after = edited(demand)
    rules_found = [
        "document.auth_cond" in {found.rule for found in report.findings}
        for report in (
            checker.check([part], language="de", facts=facts) for checker in (both, after)
        )
    ]
    assert rules_found == [False, True]
    assert [found[1] for found in verdicts(both, demand, CLAIM, PLAIN)] == [True, False]


def test_order_of_the_authorised_claims_makes_candidates_of_who_makes_one(
    both: claims.Checker,
) -> None:
    body = "<p>Magnesium trägt zu normalen Muskelfunktionen und normalen Knochen bei.</p>"
    turn = lambda source: source["authorised"].reverse()  # noqa: E731
    assert verdicts(both, turn, body, PLAIN) == [BOTH, NEITHER]


def test_other_official_wording_makes_candidates_of_who_is_offered_it(
    both: claims.Checker,
) -> None:
    def reword(source: edits.Source) -> None:
        for claim in source["authorised"]:
            claim["wording"]["de"]["official"] += ", Punkt"

    bodies = "<p>Magnesium stärkt die Nerven.</p>", PLAIN
    assert verdicts(both, reword, *bodies) == [BOTH, NEITHER]


def test_rule_about_wrong_carriers_makes_candidates_of_authorised_effects(
    both: claims.Checker,
) -> None:
    def lower(source: edits.Source) -> None:
        for rule in rules(source):
            if ".fun_carrier." in rule["id"]:
                rule["severity"] = "info"
                rule["phrases"] = ["Einhornstaub"]

    bodies = "<p>Citrat trägt zu einer normalen Muskelfunktion bei.</p>", PLAIN
    assert verdicts(both, lower, *bodies) == [BOTH, NEITHER]


def test_other_subordinators_make_candidates(both: claims.Checker) -> None:
    def part(source: edits.Source) -> None:
        words = source["languages"]["de"]["lists"]["subordinator"]["words"]
        words.append("=einhornwort")

    found = verdicts(both, part, "<p>Magnesium, einhornwort lindert es.</p>", PLAIN)
    assert [candidate for _, candidate in found] == [True, False]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda source: source["languages"].pop("en"), "languages"),
        (lambda source: source["categories"].append(dict(source["categories"][0], code="NEW")),
         "categories"),
    ],
)  # fmt: skip
def test_what_no_word_tells_makes_everything_a_candidate(
    both: claims.Checker, change: Callable[[edits.Source], object], reason: str
) -> None:
    found = claims.Change(both, edited(change), "en").candidates([])
    assert found == claims.Candidates(everything=reason)
    assert found.meets((), ())


def test_lost_second_reader_makes_everything_a_candidate(both: claims.Checker) -> None:
    alone = claims.Checker(both.rulebook, second_reader=False)
    assert claims.Change(both, alone, "de").candidates([]).everything == "second_reader"


def test_too_many_changes_make_everything_a_candidate(both: claims.Checker) -> None:
    known = sorted(both.rulebook.languages["de"].lists)
    pairs = [f"@{one} @{other}" for one in known[:25] for other in known[25:50]]
    change = claims.Change(both, edited(forbid(*pairs)), "de")
    assert change.candidates([]).everything == "size"


def test_same_rulebook_has_no_candidates(both: claims.Checker) -> None:
    change = claims.Change(both, edited(lambda source: None), "de")
    assert (change.stems, change.candidates([])) == (frozenset(), claims.Candidates())


def test_ids_are_the_same_in_every_process() -> None:
    assert (word_id("de", "glas"), name_id("en", "@disease")) == (-657223571, 534587897)


def test_roots_hold_words_joined_words_and_lists(both: claims.Checker) -> None:
    part = claims.Part("body", "body", "text", "Blut-Druck")
    roots = claims.roots_of(both, [part], language="de-AT")
    assert roots.words == frozenset({"blut", "druck", "blutdruck"})
    assert {word_id("de", word) for word in roots.words} < set(roots.ids)
    assert name_id("de", "@lab_value") in roots.ids
    assert list(roots.ids) == sorted(set(roots.ids))


@pytest.mark.parametrize("back", [False, True])
def test_doubt_that_ends_or_begins_makes_a_candidate(
    rulebook: claims.Rulebook, monkeypatch: pytest.MonkeyPatch, back: bool
) -> None:
    """A word more in a list, and the second reader no longer doubts what the list is in."""
    monkeypatch.setattr(SecondReader, "doubts", lambda *_: True)
    data = json.loads(rulebook.source)
    data["languages"]["de"]["lists"]["goodbye"]["words"].append("Zeppelinfahrt")
    other = claims.Rulebook.from_source(json.dumps(data))
    before, after = (claims.Checker(book) for book in (rulebook, other))
    if back:
        before, after = after, before
    body = "<p>Magnesium ist ein Metall.</p>" + "<p>Der Tag beginnt.</p>" * 5
    body += "<p>Schluss mit Stress!</p>"
    report = report_of(before, body, "de")
    assert result(report) != result(report_of(after, body, "de"))
    part = claims.Part("body", "body", "html", body)
    roots = claims.roots_of(before, [part], language="de")
    assert is_candidate(candidates_of(before, after, "de", set()), roots, report)
