import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shop_content.content import (
    ContentError,
    ContentTooDeep,
    Document,
    as_dict,
    parse_blocks,
    resolve_links,
    sanitise,
)
from shop_content.content.document import (
    CitationRef,
    Divider,
    Heading,
    ItemList,
    Paragraph,
    ProductCta,
    Quote,
    Statement,
    Table,
    TocEntry,
)

BODY = (
    "<p>Brot <strong>braucht</strong> Zeit.</p>"
    "<h2>Was Teig braucht</h2>"
    "<ul><li>Mehl<ol start='2'><li>fein</li><li>grob</li></ol></li><li>Wasser</li></ul>"
    "<blockquote><p>Zeit ist eine Zutat.</p></blockquote>"
    "<blockquote><p>Mein Teig darf schlafen.</p><p>— Eine Bäckerin</p></blockquote>"
    '<h3>Mehr</h3><p><a href="product:MEHL-1">Zum Mehl</a></p>'
    '<p>Siehe <a href="citation:dge-2020">DGE 2020</a> und <a href="product:SALZ">Salz</a>.</p>'
    '<p><a href="citation:bfr-2021">BfR 2021</a></p><hr>'
    "<table><caption>Mengen</caption><tr><th>Mehl</th><td colspan='2'>500 g</td></tr></table>"
)
NAMES = "p h2 h3 h4 ul ol li blockquote table tr td th caption strong em a br hr code div span"
TAGS = st.sampled_from(NAMES.split())


def types(document: Document) -> list[str]:
    return [block.type for block in document.blocks]


def letters(text: str) -> str:
    return "".join(sorted(text.replace("|", " ").split()))


def test_parse_blocks_gives_every_convention_its_type() -> None:
    assert types(parse_blocks(BODY)) == [
        "paragraph",
        "heading",
        "list",
        "statement",
        "quote",
        "heading",
        "product_cta",
        "paragraph",
        "citation",
        "divider",
        "table",
    ]


def test_parse_blocks_reads_what_each_block_says() -> None:
    blocks = parse_blocks(BODY).blocks
    paragraph, heading, items, statement, quote, _, cta, inline, citation, divider, table = blocks
    assert isinstance(paragraph, Paragraph)
    assert paragraph.html == "Brot <strong>braucht</strong> Zeit."
    assert paragraph.text == "Brot braucht Zeit."
    assert isinstance(heading, Heading)
    assert (heading.level, heading.anchor, heading.text) == (
        2,
        "was-teig-braucht",
        "Was Teig braucht",
    )
    assert isinstance(items, ItemList)
    assert (items.style, items.text) == ("bullet", "Mehl\nfein\ngrob\nWasser")
    nested = items.items[0].lists[0]
    assert (nested.style, nested.start, [item.text for item in nested.items]) == (
        "number",
        2,
        ["fein", "grob"],
    )
    assert isinstance(statement, Statement)
    assert statement.text == "Zeit ist eine Zutat."
    assert isinstance(quote, Quote)
    assert (quote.html, quote.attribution) == ("Mein Teig darf schlafen.", "Eine Bäckerin")
    assert quote.text == "Mein Teig darf schlafen.\n— Eine Bäckerin"
    assert isinstance(cta, ProductCta)
    assert (cta.sku, cta.label) == ("MEHL-1", "Zum Mehl")
    assert inline.text == "Siehe DGE 2020 und Salz."
    assert isinstance(citation, CitationRef)
    assert (citation.ref, citation.text) == ("bfr-2021", "BfR 2021")
    assert isinstance(divider, Divider)
    assert isinstance(table, Table)
    assert table.text == "Mengen\nMehl | 500 g"
    assert [(c.text, c.header, c.colspan) for c in table.rows[0]] == [
        ("Mehl", True, 1),
        ("500 g", False, 2),
    ]


def test_parse_blocks_lists_what_the_body_refers_to() -> None:
    document = parse_blocks(BODY)
    assert document.skus == ("MEHL-1", "SALZ")
    assert document.citations_used == ("dge-2020", "bfr-2021")


def test_parse_blocks_keeps_references_in_inline_links() -> None:
    html = '<p>a <a href="product:MG-1">b</a> <a href="/c?d=1&amp;e">f</a></p>'
    block = parse_blocks(html).blocks[0]
    assert isinstance(block, Paragraph)
    assert f"<p>{block.html}</p>" == html


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<p> <strong><a href="product:A">b</a></strong> </p>', ["product_cta"]),
        ('<p><a href="product:A">b</a>.</p>', ["paragraph"]),
        ('<p><a href="product:A">b</a><a href="product:A">c</a></p>', ["paragraph"]),
        ('<p><a href="/products/a">b</a></p>', ["paragraph"]),
        ('<p><a href="product:A"></a></p>', ["product_cta"]),
        ("<blockquote>a<p>— B</p></blockquote>", ["quote"]),
        ("<blockquote><p>— B</p></blockquote>", ["statement"]),
        ("<blockquote><p>a</p><p>- B</p></blockquote>", ["statement"]),
        ("<p></p><p> &nbsp;<br></p><h2></h2><ul></ul><blockquote></blockquote>", []),
        ("a<p>b</p>c", ["paragraph", "paragraph", "paragraph"]),
        ("<div><h2>a</h2>b</div>", ["heading", "paragraph"]),
        ("", []),
    ],
)
def test_parse_blocks_decides_by_the_whole_block(html: str, expected: list[str]) -> None:
    assert types(parse_blocks(html)) == expected


def test_parse_blocks_turns_blocks_inside_an_item_into_lines() -> None:
    items = parse_blocks("<ul><li><p>a</p><p>b<br>c</p></li></ul>").blocks[0]
    assert isinstance(items, ItemList)
    assert (items.items[0].html, items.items[0].text) == ("a<br>b<br>c", "a\nb\nc")


def test_parse_blocks_writes_no_tag_or_address_that_is_not_allowed() -> None:
    blocks = parse_blocks(
        '<p><i onclick="x">a</i><a href="javascript:y">b</a>&lt;c&gt;</p>'
    ).blocks
    assert [block.html for block in blocks if isinstance(block, Paragraph)] == ["ab&lt;c&gt;"]


def test_block_ids_come_from_type_and_text_not_from_the_place() -> None:
    before = parse_blocks("<p>a</p><p>b</p>").blocks
    after = parse_blocks("<h2>new</h2><p>b</p><p>a</p>").blocks
    assert (before[0].id, before[1].id) == (after[2].id, after[1].id)
    assert parse_blocks("<h2>a</h2>").blocks[0].id != before[0].id
    assert before[0].id == "b-2068cd2e43"


def test_block_ids_of_equal_blocks_are_numbered() -> None:
    ids = [block.id for block in parse_blocks("<p>a</p><hr><p>a</p><p>a</p><hr>").blocks]
    assert ids[2:4] == [f"{ids[0]}-2", f"{ids[0]}-3"]
    assert ids[4] == f"{ids[1]}-2"


def test_toc_is_a_tree_of_the_headings() -> None:
    toc = parse_blocks("<h2>a</h2><h3>b</h3><h4>c</h4><h3>d</h3><h2>e</h2>").toc

    def outline(entries: tuple[TocEntry, ...]) -> list[object]:
        return [(entry.anchor, entry.level, outline(entry.children)) for entry in entries]

    assert outline(toc) == [
        ("a", 2, [("b", 3, [("c", 4, [])]), ("d", 3, [])]),
        ("e", 2, []),
    ]


def test_toc_takes_skipped_levels() -> None:
    toc = parse_blocks("<h4>a</h4><h3>b</h3><h2>c</h2><h4>d</h4>").toc
    assert [(e.text, [child.text for child in e.children]) for e in toc] == [
        ("a", []),
        ("b", []),
        ("c", ["d"]),
    ]


def test_parse_blocks_carries_anchors_over_from_the_text_before() -> None:
    before = parse_blocks("<h2>Teig ruhen lassen</h2><h2>Backen</h2>")
    after = parse_blocks("<h2>Den Teig ruhen lassen</h2><h2>Backen</h2>", anchors=before.anchors)
    assert [(a.anchor, a.aliases) for a in after.anchors] == [
        ("den-teig-ruhen-lassen", ("teig-ruhen-lassen",)),
        ("backen", ()),
    ]
    assert after.toc[0].anchor_aliases == ("teig-ruhen-lassen",)


@pytest.mark.parametrize(
    ("words", "minutes"), [(0, 1), (1, 1), (200, 1), (201, 2), (400, 2), (1001, 6)]
)
def test_reading_time_counts_200_words_a_minute(words: int, minutes: int) -> None:
    document = parse_blocks(f"<p>{'wort ' * words}</p>")
    assert (document.word_count, document.reading_time_min) == (words, minutes)


def test_word_count_takes_numbers_and_compounds_but_no_lone_signs() -> None:
    assert parse_blocks("<p>Vitamin-D \u2013 300 mg/Tag &amp; mehr</p>").word_count == 4


def test_as_dict_gives_json_with_the_contract_names() -> None:
    data = json.loads(json.dumps(as_dict(parse_blocks("<h2>a</h2>").blocks[0])))
    assert data == {
        "id": parse_blocks("<h2>a</h2>").blocks[0].id,
        "type": "heading",
        "level": 2,
        "anchor": "a",
        "anchor_aliases": [],
        "html": "a",
        "text": "a",
    }


def test_parse_blocks_refuses_deep_nesting() -> None:
    with pytest.raises(ContentTooDeep):
        parse_blocks("<ul><li>" * 33)


@given(
    st.lists(
        st.one_of(
            TAGS.map(lambda tag: f"<{tag}>"),
            TAGS.map(lambda tag: f"</{tag}>"),
            st.text(alphabet="abc ", min_size=1, max_size=5),
        ),
        max_size=40,
    ).map("".join)
)
@settings(max_examples=300, deadline=None)
def test_parse_blocks_loses_no_text(html: str) -> None:
    try:
        clean = sanitise(html).html
        document = parse_blocks(clean)
    except ContentError:
        return
    text = re.sub(r"<[^>]*>", " ", clean)
    blocks = " ".join(block.text for block in document.blocks)
    assert sorted(blocks.replace("|", "").replace(" ", "").replace("\n", "")) == sorted(
        text.replace(" ", "")
    )


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<a href="product:A">b</a>', '<a href="/p/a">b</a>'),
        ('<a href="citation:k-1">b</a>', '<a href="https://k.example/?a&amp;b">b</a>'),
        ('x <a href="product:B"><em>c</em></a>', "x <em>c</em>"),
        ('<a href="product:BAD">b</a>', "b"),
        ('<a href="product:LOOP">b</a>', "b"),
        ('<a href="/x">b</a><br>c', '<a href="/x">b</a><br>c'),
    ],
)
def test_resolve_links_leads_references_to_their_targets(html: str, expected: str) -> None:
    targets = {
        "product:A": "/p/a",
        "citation:k-1": "https://k.example/?a&b",
        "product:BAD": "javascript:x",
        "product:LOOP": "product:A",
    }
    assert resolve_links(html, targets) == expected
