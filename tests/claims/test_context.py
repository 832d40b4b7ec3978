"""Who a sentence speaks of decides whether it is a claim at all."""

import pytest

from shop_content import claims


def categories(checker, text, code="de", form="text"):
    findings = checker.check([claims.Part("body", "body", form, text)], language=code).findings
    return [finding.category for finding in findings if finding.severity != "info"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # the food by name, by pronoun, by another name, or not at all
        ("Magnesium lindert Hexenschuss.", ["DIS_TREAT"]),
        ("Magnesium ist ein Metall. Es lindert Hexenschuss.", ["DIS_TREAT"]),
        ("Magnesium ist ein Metall. Das Mineral lindert Hexenschuss.", ["DIS_TREAT"]),
        ("Lindert Hexenschuss.", ["DIS_TREAT"]),
        # something else
        ("Wärme lindert Hexenschuss.", []),
        ("Nach langem Sitzen schmerzt vielen der Nacken.", []),
        ("Ein Spaziergang baut Stress ab.", []),
    ],
)
def test_claim_needs_the_food_as_its_carrier(checker, text, expected):
    assert categories(checker, text) == expected


def test_bullet_inherits_its_lead_in(checker):
    with_food = "<p>Darum geht es bei Magnesium:</p><ul><li>Gicht</li></ul>"
    without = "<p>Dehnen und Wärme sind bewährt, besonders:</p>"
    assert categories(checker, with_food, form="html") == ["DIS_LINK"]
    assert categories(checker, without + "<ul><li>Gicht</li></ul>", form="html") == []


SIGNS = "<ul><li>gelbe Vorhänge</li><li>Gicht</li></ul>"


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("<h2>Anzeichen für Magnesiummangel</h2>", ["DEFIC"] * 3),
        ("<h2>Anzeichen für Magnesiummangel</h2><p>Dazu gehören:</p>", ["DEFIC"] * 3),
        ("<h2>Anzeichen für Magnesiummangel</h2><p>Mehr im Heft.</p>", ["DEFIC"]),
        ("<h2>Anzeichen für Magnesiummangel</h2><h2>Zubehör</h2>", ["DEFIC"]),
    ],
)
def test_signs_of_a_lack_are_objected_to_item_by_item(checker, before, expected):
    assert categories(checker, before + SIGNS, form="html") == expected


@pytest.mark.parametrize(
    "text",
    [
        "Wer Blutverdünner nimmt, sollte vor dem Verzehr von Magnesium seinen Arzt fragen.",
        "Nicht geeignet bei schwerer Nierenschwäche.",
        "Nahrungsergänzungsmittel heilen keine Krankheiten.",
        "Das Produkt ist kein Arzneimittel.",
        "Kann bei übermäßigem Verzehr abführend wirken.",
    ],
)
def test_warning_and_notice_are_clean(checker, text):
    assert categories(checker, text) == []


def test_word_but_ends_the_shelter_of_a_notice(checker):
    text = "Magnesium ist kein Arzneimittel, aber es lindert Hexenschuss."
    assert categories(checker, text) == ["DIS_TREAT"]


def test_negated_effect_is_only_shown(checker):
    part = claims.Part("body", "body", "text", "Magnesium wirkt nicht gegen Hexenschuss.")
    report = checker.check([part], language="de")
    assert report.verdict == "clean"
    assert {finding.severity for finding in report.findings} == {"info"}


@pytest.mark.parametrize(
    "text",
    [
        "Magnesium könnte Hexenschuss lindern.",
        "Lindert Magnesium Hexenschuss?",
        "„Magnesium lindert Hexenschuss“, schrieb eine Zeitschrift.",
    ],
)
def test_question_possibility_and_quotation_change_nothing(checker, text):
    part = claims.Part("body", "body", "text", text)
    assert checker.check([part], language="de").verdict == "blocked"


@pytest.mark.parametrize(
    "text",
    [
        "Im Herzen von Graz steht unser Laden.",
        "Ein gesunder Mix aus Laden und Netz.",
        "Technische Beschwerden nimmt der Kundendienst entgegen.",
        "Wir senken die Preise.",
    ],
)
def test_other_sense_is_no_claim(checker, text):
    assert categories(checker, text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Magnesium soothes sciatica.", ["DIS_TREAT"]),
        ("Magnesium is a metal. It soothes sciatica.", ["DIS_TREAT"]),
        ("A heating pad soothes sciatica.", []),
        ("If you have kidney disease, ask your doctor before use.", []),
        ("A healthy discount for everyone.", []),
    ],
)
def test_english_is_read_alike(checker, text, expected):
    assert categories(checker, text, "en") == expected


def test_regional_language_uses_its_base(checker):
    part = claims.Part("body", "body", "text", "Magnesium lindert Hexenschuss.")
    assert checker.check([part], language="de-AT").verdict == "blocked"
    assert checker.check([part], language="de-AT").language == "de-AT"


def test_unknown_language_is_refused(checker):
    with pytest.raises(claims.UnknownLanguage, match="there are rules for de, en"):
        checker.check([], language="fr")


def test_list_led_in_by_an_authorised_claim_is_permitted(checker):
    bullet = "<ul><li>einer normalen Muskelfunktion</li></ul>"
    by_food = f"<h2>Magnesium trägt bei zu</h2>{bullet}"
    by_product = f"<h2>Unsere Kapseln tragen bei zu</h2>{bullet}"
    assert categories(checker, by_food, form="html") == []
    assert categories(checker, by_product, form="html") != []


def test_past_tense_no_list_knows_makes_a_sentence(checker):
    assert categories(checker, "Der Trainer predigte gesunde Knochen.") == []
    assert categories(checker, "Für gesunde Knochen.") != []


def test_text_is_silent_until_it_names_the_food(checker):
    report = "<p>Das Spiel begann um drei.</p>" * 7 + "<p>Mehr Energie!</p>"
    end = "<p>Das Magnesium lag bereit.</p>"
    assert categories(checker, report + end, form="html") == []
    assert categories(checker, "<h2>Magnesium</h2>" + report, form="html") != []


def test_sentence_after_the_food_is_presumed_to_speak_of_it(checker):
    after = "<p>Jede Faser der Muskulatur gewinnt an Kraft und Ausdauer.</p>"
    food = "<p>Magnesium ist ein Metall.</p>"
    other = "<p>Das Training begann um drei.</p>"
    assert categories(checker, food + after, form="html") != []
    assert categories(checker, other + after, form="html") == []


GARDEN = (
    "Der Rasen braucht im Herbst Dünger. Rosen und Hecken bekommen einen Rückschnitt. "
    "Der Kompost ruht bis zum Frühling. "
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # the same words, in a text about gardens and in one that is about nothing else
        (GARDEN + "Eine Packung davon lindert Krämpfe.", []),
        ("Eine Packung davon lindert Krämpfe.", ["DIS_TREAT"]),
        # a text about gardens is no place to hide: what names the food is judged
        (GARDEN + "Magnesium lindert Krämpfe.", ["DIS_TREAT"]),
        # two words of a scene make a sentence foreign, one does not
        ("Vor Gericht hilft gegen Kopfschmerzen nur ein guter Anwalt.", []),
        ("Hilft auch vor Gericht gegen Kopfschmerzen.", ["DIS_TREAT"]),
    ],
)
def test_another_scene_is_not_about_the_body(checker, text, expected):
    assert categories(checker, text) == expected


def test_second_reader_suspects_nothing_in_another_scene(both):
    seen = [
        seen.subject.foreign
        for _, _, seen in both.seen([claims.Part("body", "body", "text", GARDEN)], language="de")
    ]
    assert seen == [True] * 3
    assert categories(both, GARDEN + "Gegen Schnecken haben sich Bretter bewährt.") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Magnesium ist kein Schlafmittel, kann aber Schlafstörungen lindern.", ["DIS_TREAT"]),
        ("Magnesium kann aber Schlafstörungen nicht lindern.", []),
        ("Magnesium lindert keine Schlafstörungen, aber es schmeckt.", []),
    ],
)
def test_what_stands_after_a_but_is_not_denied(checker, text, expected):
    assert categories(checker, text) == expected
