import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shop_content.content.anchors import HeadingAnchor, HeadingText, carry_over, slugify


def texts(*headings: str) -> list[HeadingText]:
    return [HeadingText(2, heading) for heading in headings]


def anchored(*headings: str) -> list[HeadingAnchor]:
    new = texts(*headings)
    return [
        HeadingAnchor(heading.level, heading.text, anchor, aliases)
        for heading, (anchor, aliases) in zip(new, carry_over(new, []), strict=True)
    ]


def names(headings: list[HeadingText], previous: list[HeadingAnchor]) -> list[str]:
    return [anchor for anchor, _aliases in carry_over(headings, previous)]


@pytest.mark.parametrize(
    ("text", "anchor"),
    [
        ("Größe & Maß", "groesse-mass"),
        ("Café-Öfen", "cafe-oefen"),
        ("Мука и вода", "мука-и-вода"),
        ("小麦粉", "小麦粉"),
        ("गेहूँ का आटा", "गेहूँ-का-आटा"),
        ("?!", "section"),
        ("a" * 70, "a" * 60),
        ("wort " * 20, "wort-wort-wort-wort-wort-wort-wort-wort-wort-wort-wort-wort"),
    ],
)
def test_slugify_makes_a_readable_anchor(text: str, anchor: str) -> None:
    assert slugify(text) == anchor


def test_carry_over_makes_anchors_unique() -> None:
    assert names(texts("A", "A", "A-2", "A"), []) == ["a", "a-2", "a-2-2", "a-3"]


def test_carry_over_keeps_anchors_of_moved_headings() -> None:
    old = anchored("Mehl", "Wasser", "Salz")
    assert names(texts("Salz", "Mehl", "Wasser"), old) == ["salz", "mehl", "wasser"]


def test_carry_over_leads_from_the_anchor_of_a_reworded_heading() -> None:
    old = anchored("Mehl", "Wie lange ruht der Teig?", "Salz")
    new = texts("Mehl", "Wie lange soll der Teig ruhen?", "Salz")
    assert carry_over(new, old)[1] == (
        "wie-lange-soll-der-teig-ruhen",
        ("wie-lange-ruht-der-teig",),
    )


def test_carry_over_gives_an_anchor_back_with_the_words() -> None:
    old = [
        HeadingAnchor(2, "Wie lange soll der Teig ruhen?", "b", ("a", "wie-lange-ruht-der-teig"))
    ]
    new = texts("Wie lange ruht der Teig?")
    assert carry_over(new, old) == [("wie-lange-ruht-der-teig", ("a", "b"))]


def test_carry_over_finds_a_corrected_heading_at_another_place() -> None:
    old = anchored("Brotbaken für Anfänger", "Mehl", "Salz")
    new = texts("Mehl", "Salz", "Brotbacken für Anfänger")
    assert carry_over(new, old)[2] == ("brotbacken-fuer-anfaenger", ("brotbaken-fuer-anfaenger",))


def test_carry_over_knows_a_heading_shortened_in_place() -> None:
    old = anchored("Mehl", "Fazit: gutes Brot braucht vor allem viel Zeit")
    assert carry_over(texts("Mehl", "Fazit"), old)[1] == (
        "fazit",
        ("fazit-gutes-brot-braucht-vor-allem-viel-zeit",),
    )


def test_carry_over_gives_no_anchor_twice_when_headings_swap_words() -> None:
    old = [HeadingAnchor(2, "Teig kneten", "teig", ()), HeadingAnchor(2, "Teig", "kneten", ())]
    for new in (["Teig", "Teig kneten"], ["Teig kneten lassen", "Teig"]):
        found = carry_over(texts(*new), old)
        given = [name for anchor, aliases in found for name in (anchor, *aliases)]
        assert len(given) == len(set(given))


@pytest.mark.parametrize(
    "new",
    [
        ["Mehl", "Reinigung der Küche", "Salz"],
        ["Mehl", "Salz", "Teig lange und kühl gehen lassen", "Wasser"],
    ],
)
def test_carry_over_never_gives_an_anchor_to_an_unrelated_heading(new: list[str]) -> None:
    old = anchored("Mehl", "Wie lange ruht der Teig?", "Salz")
    assert "wie-lange-ruht-der-teig" not in names(texts(*new), old)


def test_carry_over_does_not_confuse_two_headings_on_one_subject() -> None:
    old = anchored("Sauerteig bei Roggenbrot", "Backen")
    new = texts("Vorwort", "Backen", "Sauerteigfehler bei Roggenbroten vermeiden")
    assert names(new, old)[2] == "sauerteigfehler-bei-roggenbroten-vermeiden"


def test_carry_over_needs_the_same_level_for_a_rewording() -> None:
    old = anchored("Mehl", "Wie lange ruht der Teig?", "Salz")
    new = texts("Mehl", "Wie lange soll der Teig ruhen?", "Salz")
    new[1] = HeadingText(3, new[1].text)
    assert names(new, old)[1] == "wie-lange-soll-der-teig-ruhen"


def test_carry_over_does_not_reuse_the_anchor_of_a_heading_that_is_gone() -> None:
    old = [HeadingAnchor(2, "Ein langer alter Titel", "mehl", ("korn",))]
    assert names(texts("Mehl", "Korn"), old) == ["mehl-2", "korn-2"]


def test_carry_over_keeps_aliases() -> None:
    old = [HeadingAnchor(2, "Mehl", "mehl", ("korn",))]
    assert carry_over(texts("Mehl"), old) == [("mehl", ("korn",))]


HEADINGS = st.lists(st.text(alphabet="aäb -", max_size=8), max_size=8)


@given(HEADINGS, HEADINGS)
@settings(max_examples=200, deadline=None)
def test_carry_over_gives_every_heading_its_own_anchor(old: list[str], new: list[str]) -> None:
    given_anchors = names(texts(*new), anchored(*old))
    assert len(set(given_anchors)) == len(new)
    assert all(given_anchors)


@given(HEADINGS, HEADINGS, HEADINGS)
@settings(max_examples=200, deadline=None)
def test_carry_over_kills_no_anchor_of_a_heading_it_knows(
    first: list[str], second: list[str], third: list[str]
) -> None:
    old = anchored(*first)
    for texts_now in (second, third):
        found = carry_over(texts(*texts_now), old)
        given_names = [name for anchor, aliases in found for name in (anchor, *aliases)]
        assert len(given_names) == len(set(given_names))
        old = [
            HeadingAnchor(2, text, anchor, aliases)
            for text, (anchor, aliases) in zip(texts_now, found, strict=True)
        ]


@given(HEADINGS)
@settings(max_examples=100, deadline=None)
def test_carry_over_changes_nothing_when_nothing_changed(headings: list[str]) -> None:
    old = anchored(*headings)
    assert names(texts(*headings), old) == [heading.anchor for heading in old]
