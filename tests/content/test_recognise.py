import html
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shop_content.content import (
    ContentError,
    ContentTooLarge,
    HiddenCharacters,
    Line,
    Recognised,
    parse_blocks,
    recognise,
    sanitise,
)
from shop_content.content.recognise import Format

DATA = Path(__file__).parent / "data"
PRODUCTS = {
    "ROGGEN-1": ["Roggenvollkornmehl aus dem Waldviertel", "Rye flour from the hills"],
    "SALZ-2": ["Meersalz fein"],
    "SALZ-3": ["Meersalz grob"],
    "OMEGA": ["Omega"],
}
LINES = (
    "Sauerteig im Alltag|Inhaltsverzeichnis|Weiterlesen|Leave a comment|• eins|1. zwei|2. drei|"
    "- vier|  weiter|ROGGENVOLLKORNMEHL AUS DEM WALDVIERTEL|JETZT KAUFEN|Was tun?|Ein Satz steht "
    "hier.|Kurzer Titel|captcha|---|\u2013 Name|von Anna Bäcker|...|# Titel|## Mehr|> Zitat|"
    "| a | b ||[x]: /y|```|<b>fett</b>|<script>x</script>|<p>Absatz</p>|![b](c.png)|&amp; < >|||"
    "Ein sehr viel längerer Absatz, der über mehr als eine Zeile geht. Er hat zwei Sätze und 3 mg."
)
SOURCES = st.lists(
    st.sampled_from(LINES.split("|"))
    | st.text(alphabet="aB 1.?-\u2013•:<>&#*[]()`|\t", max_size=12),
    max_size=25,
).map("\n".join)


def text(source: str) -> Recognised:
    return recognise(source, format="text", locale="de", products=PRODUCTS)


def role(line: Line) -> str:
    decided = line.used_as or f"left out: {line.left_out}"
    remarks = (f" [{f'{remark.code} {remark.detail}'.strip()}]" for remark in line.remarks)
    return f"{line.number}:{decided}{''.join(remarks)}"


def roles(source: str) -> list[str]:
    return [line.used_as or f"-{line.left_out}" for line in text(source).report]


def used_text(result: Recognised, *, titles: bool = False) -> str:
    """The words of the lines that became the body (or the titles), without white space."""
    used = [
        line.text
        for line in result.report
        if line.used_as and (line.used_as in {"title", "seo_title"}) == titles
    ]
    return "".join("".join(used).split())


def body_text(result: Recognised) -> str:
    return "".join(html.unescape(re.sub(r"<[^>]*>", " ", result.body_html)).split())


@pytest.mark.parametrize("name", ["sauerteig.de", "sourdough.en"])
def test_recognise_decides_about_every_line_of_an_article(name: str) -> None:
    source = (DATA / f"{name}.txt").read_text(encoding="utf-8")
    report = recognise(source, format="text", locale=name[-2:], products=PRODUCTS).report
    expected = (DATA / f"{name}.roles").read_text(encoding="utf-8").splitlines()
    assert [role(line) for line in report] == expected


@pytest.mark.parametrize("name", ["sauerteig.de", "sourdough.en"])
def test_recognise_loses_no_line_and_no_word(name: str) -> None:
    source = (DATA / f"{name}.txt").read_text(encoding="utf-8")
    result = recognise(source, format="text", locale=name[-2:], products=PRODUCTS)
    filled = [number for number, line in enumerate(source.split("\n"), 1) if line.strip()]
    assert [line.number for line in result.report] == filled
    assert body_text(result) == used_text(result)
    assert used_text(result, titles=True) == "".join(f"{result.seo_title}{result.title}".split())


def test_recognise_makes_the_blocks_of_the_german_article() -> None:
    source = (DATA / "sauerteig.de.txt").read_text(encoding="utf-8")
    result = text(source)
    document = parse_blocks(result.body_html)
    kinds = [block.type for block in document.blocks]
    assert {kind: kinds.count(kind) for kind in sorted(set(kinds))} == {
        "heading": 7,
        "list": 2,
        "paragraph": 14,
        "product_cta": 2,
        "statement": 3,
    }
    assert [
        (entry.anchor, [child.anchor for child in entry.children]) for entry in document.toc
    ] == [
        ("was-lebt-in-einem-sauerteig", []),
        ("das-mehl-und-seine-rolle", []),
        ("sauerteig-im-alltag", ["zubereitung-eines-ansatzes", "lagerung-ueber-nacht"]),
        ("sauerteigbrot-richtig-aufbewahren", []),
        ("fazit-mit-etwas-geduld-gelingt-es-jedem", []),
    ]
    assert document.skus == ("ROGGEN-1",)
    assert result.slug == "sauerteig-im-alltag"
    assert result.teaser[-21:] == "blieben danach dabei."


def test_recognise_keeps_page_title_and_title_apart() -> None:
    source = (DATA / "sourdough.en.txt").read_text(encoding="utf-8")
    result = recognise(source, format="text", locale="en", products={})
    assert result.seo_title == "Sourdough on weekdays | Mill & Oven"
    assert result.title == "Sourdough on weekdays"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        # one title line serves as both
        ("Brot\n\nEin Absatz ohne Titel, der lang ist. Mit zwei Sätzen.", ["title", "paragraph"]),
        # a sentence is no title
        ("Ein Satz ist kein Titel.\n\nA b. C d.", ["statement", "paragraph"]),
        # a heading needs text after it
        ("T\n\nKurze Zeile", ["title", "paragraph"]),
        ("T\n\nKurze Zeile\n\nText folgt. Mit zwei Sätzen.", ["title", "h2", "paragraph"]),
        # a question before a heading leads over to it
        ("T\n\nUnd nun?\n\nMehl\n\nA b. C d.", ["title", "paragraph", "h2", "paragraph"]),
        ("T\n\nUnd nun?\n\nA b. C d.", ["title", "h2", "paragraph"]),
        # endings that no heading has
        ("T\n\nKurze Zeile:\n\nA b. C d.", ["title", "paragraph", "paragraph"]),
        ("T\n\nklein begonnen\n\nA b. C d.", ["title", "paragraph", "paragraph"]),
        # capitals are a button, except for the end of an article
        ("T\n\nMEHR DAVON\n\nA b. C d.", ["title", "paragraph", "paragraph"]),
        ("T\n\nFAZIT\n\nA b. C d.", ["title", "h2", "paragraph"]),
        # statements: figures and lead-ins are none, nor are three in a row
        ("T\n\nWir essen 250 g Brot.\n\nA b. C d.", ["title", "paragraph", "paragraph"]),
        ("T\n\nBrot braucht Zeit.\n\nA b. C d.", ["title", "statement", "paragraph"]),
        ("T\n\nBrot ist gut.\n\nMehl ist gut.\n\nSalz ist gut.", ["title", *["paragraph"] * 3]),
        # lists
        ("T\n\n• a\n\n• b\nText danach steht da. Ja.", ["title", "list", "list", "paragraph"]),
        ("T\n\n1. a\n2) b", ["title", "list", "list"]),
        ("T\n\n3. Mai war es warm. Sehr.", ["title", "paragraph"]),
        ("T\n\n1. Mehl\n\nA b. C d.\n\n2. Salz\n\nE f. G h.", ["title", *["h2", "paragraph"] * 2]),
        ("T\n\nA b. C d.\n\u2013 Name", ["title", "paragraph", "paragraph"]),
        ("T\n\n\u2013 a\n\u2013 b", ["title", "list", "list"]),
        ("T\n\n***\n\nA b. C d.", ["title", "divider", "paragraph"]),
        # furniture
        ("T\n\nA b. C d.\n\nWeiterlesen\n\nMehl\n\nE f. G h.",
         ["title", "paragraph", "-related", "h2", "paragraph"]),
        ("T\n\nKommentare\n\nA b. C d.\n\nE f. G h.\n\nI j. K l.",
         ["title", "-comments", "paragraph", "paragraph", "paragraph"]),
        ("T\n\nDiese Website verwendet Cookies.", ["title", "-cookies"]),
        ("T\n\nCookies are small cakes. Bake them.", ["title", "paragraph"]),
        ("", []),
        (" \n\t\n", []),
    ],
)  # fmt: skip
def test_recognise_reads_the_form_of_a_line(source: str, expected: list[str]) -> None:
    assert roles(source) == expected


@pytest.mark.parametrize(
    ("line", "sku"),
    [
        ("ROGGENVOLLKORNMEHL AUS DEM WALDVIERTEL", "ROGGEN-1"),
        ("roggenvollkornmehl aus dem waldviertel", "ROGGEN-1"),
        ("Jetzt Roggenvollkornmehl aus dem Waldviertel kaufen", "ROGGEN-1"),
        ("ROGGENVOLLKORNMEHL", "ROGGEN-1"),
        ("ROGGEN-1", "ROGGEN-1"),
        ("Meersalz fein", "SALZ-2"),
        ("OMEGA", "OMEGA"),
        ("MEERSALZ", ""),
        ("Omega", ""),
        ("Was ist Roggenvollkornmehl aus dem Waldviertel?", ""),
        ("Roggenvollkornmehl aus dem Waldviertel ist gut.", ""),
        ("Roggenvollkornmehl aus dem Waldviertel und was man sonst noch alles braucht", ""),
    ],
)
def test_recognise_finds_the_product_a_line_names(line: str, sku: str) -> None:
    result = text(f"Titel\n\n{line}\n\nEin Absatz. Noch ein Satz.")
    assert parse_blocks(result.body_html).skus == ((sku,) if sku else ())


def test_recognise_takes_a_product_with_a_single_name() -> None:
    source = "Titel\n\nMEERSALZ FEIN\n\nEin Absatz. Noch ein Satz."
    result = recognise(source, format="text", locale="de", products={"S": "Meersalz fein"})
    assert parse_blocks(result.body_html).skus == ("S",)


def test_recognise_puts_wrapped_lines_together() -> None:
    wrapped = (
        "Titel\n\nEin Absatz, der bei fünfzig Zeichen umbrochen ist,\nhat mehrere Zeilen. Sie "
        "gehören zusammen und werden\nwieder eins."
    )
    blocks = parse_blocks(text(wrapped).body_html).blocks
    assert [block.text for block in blocks] == [" ".join(wrapped.split("\n")[2:])]


def test_recognise_escapes_plain_text() -> None:
    result = text("Titel\n\nEin <b>Tag</b> & mehr. Zwei Sätze.")
    assert result.body_html == "<p>Ein &lt;b&gt;Tag&lt;/b&gt; &amp; mehr. Zwei Sätze.</p>"


def test_recognise_refuses_hidden_characters_and_large_sources() -> None:
    with pytest.raises(HiddenCharacters) as caught:
        text("ab\u202ec")
    assert caught.value.position == 2
    with pytest.raises(ContentTooLarge):
        text(" " * 500_001)


def test_recognise_reads_character_references_only_in_markup() -> None:
    assert text("Titel\n\nA &#x202E; b. C d.").body_html == "<p>A &amp;#x202E; b. C d.</p>"
    with pytest.raises(HiddenCharacters):
        recognise("a &#x202E;", format="markdown", locale="de", products={})


@given(SOURCES)
@settings(max_examples=300, deadline=None)
def test_recognise_accounts_for_every_line_of_any_text(source: str) -> None:
    result = text(source)
    filled = [number for number, line in enumerate(source.split("\n"), 1) if line.strip()]
    assert [line.number for line in result.report] == filled
    assert all(bool(line.used_as) != bool(line.left_out) for line in result.report)
    assert body_text(result) == used_text(result)
    assert sanitise(result.body_html).removed == ()


@given(SOURCES, st.sampled_from(["markdown", "html"]))
@settings(max_examples=300, deadline=None)
def test_recognise_makes_clean_bodies_of_any_markup(source: str, source_format: Format) -> None:
    try:
        result = recognise(source, format=source_format, locale="de", products=PRODUCTS)
    except ContentError:
        return
    assert sanitise(result.body_html).html == result.body_html
    assert all(bool(line.used_as) != bool(line.left_out) for line in result.report)
    blocks = "".join(block.text for block in parse_blocks(result.body_html).blocks)
    # The text of a table joins its cells by "|".
    assert sorted(used_text(result).replace("|", "")) == sorted(
        "".join(blocks.replace("|", "").split())
    )
