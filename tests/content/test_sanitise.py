import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shop_content.content import (
    ContentTooComplex,
    ContentTooDeep,
    ContentTooLarge,
    HiddenCharacters,
    sanitise,
)
from shop_content.content.sanitise import Removed

ALLOWED = (
    "<h2>A</h2><p>b <strong>c</strong> <em>d</em> <u>e</u> <s>f</s> <sub>g</sub> <sup>h</sup> "
    '<code>i</code><br><a href="https://a.example/?x=1&amp;y=2">j</a> <a href="/k">l</a></p>'
    '<h3>m</h3><h4>n</h4><ul><li>o</li></ul><ol start="3"><li>p</li></ol><hr>'
    "<blockquote><p>q</p></blockquote>"
    '<table><caption>r</caption><tbody><tr><th colspan="2">s</th><td rowspan="2">t</td></tr>'
    '</tbody></table><p><a href="product:MG-1">u</a> <a href="citation:who-2020">v</a> '
    '<a href="mailto:w@x.example">y</a> <a href="tel:+49123">z</a></p>'
)
MARKUP = (
    "<p> </p> <b> </b> <strong> </strong> <a\thref='/x'> <a\thref='javascript:y'> </a> <ul> "
    "<li> </li> </ul> <table> <tr> <td\tcolspan=2> </td> </table> <div\tclass=a> </div> <svg> "
    "</svg> <math> <mi> <title> </title> <script> </script> <style> <!-- --> --!> <!- <![CDATA[ "
    "]]> <?x > < </ <h2> </h2> <blockquote> <button> </button> <select> <option> <template> "
    "</template> <textarea> <noscript> <iframe> <form> <input> <br> </br> </p\ty> <plaintext> "
    "<font\tx=1> <frameset> <body\ty=1> <caption> <col> <object> &lt;b&gt; &amp; &nbsp ; \" ' = "
    "Wort ä"
)
PIECES = st.sampled_from(MARKUP.split(" "))


def removed(html: str) -> list[tuple[str, str, int]]:
    return [(row.what, row.name, row.count) for row in sanitise(html).removed]


def test_sanitise_keeps_everything_a_body_may_hold() -> None:
    result = sanitise(ALLOWED)
    assert result.html == ALLOWED
    assert result.removed == ()


@pytest.mark.parametrize(
    ("html", "kept", "reported"),
    [
        ("<p>a<script>b()</script></p>", "<p>a</p>", [("element", "script", 1)]),
        ("<p onclick='x'>a</p>", "<p>a</p>", [("attribute", "p.onclick", 1)]),
        (
            '<p class="a" style="b" id="c">d</p>',
            "<p>d</p>",
            [("attribute", "p.class", 1), ("attribute", "p.id", 1), ("attribute", "p.style", 1)],
        ),
        ("<p>a<!-- b --></p>", "<p>a</p>", [("comment", "", 1)]),
        (
            "<svg><text>abc</text></svg><p>d</p>",
            "<p>d</p>",
            [("element", "svg", 1), ("element", "text", 1), ("text", "", 3)],
        ),
        ("<div>a</div><p>b</p>", "a<p>b</p>", [("element", "div", 1)]),
        ("a<img src='/x.png'>", "a", [("attribute", "img.src", 1), ("element", "img", 1)]),
        ("<body><p>a</p></body>", "<p>a</p>", [("element", "body", 1)]),
        ("<td>a</td>", "a", [("element", "td", 1)]),
        ("<p>a</p>b <c", "<p>a</p>b ", [("text", "", 2)]),
        ("<scr<!-- -->ipt>a</script>b", "b", [("comment", "", 1), ("element", "script", 1)]),
        ("<ol start='x'><li>a</li></ol>", "<ol><li>a</li></ol>", [("attribute", "ol.start", 1)]),
    ],
)
def test_sanitise_reports_what_it_takes_out(
    html: str, kept: str, reported: list[tuple[str, str, int]]
) -> None:
    assert sanitise(html).html == kept
    assert removed(html) == reported


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)",
        "JaVaScript:alert(1)",
        "java\tscript:alert(1)",
        "&#106;avascript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "//other.example/x",
        "/\\other.example",
        "\\\\other.example",
        "ftp://a.example",
        "product:",
        "product:a b",
        "product:../x",
        "PRODUCT:MG-1",
        "citation:ä",
        "",
    ],
)
def test_sanitise_takes_the_address_of_an_unsafe_link(href: str) -> None:
    assert sanitise(f'<a href="{href}">a</a>').html == "<a>a</a>"
    assert removed(f'<a href="{href}">a</a>') == [("attribute", "a.href", 1)]


@pytest.mark.parametrize(
    ("html", "position", "name"),
    [
        ("<p>ab\u202ecd</p>", 5, "RIGHT-TO-LEFT OVERRIDE"),
        ("a\u2066b", 1, "LEFT-TO-RIGHT ISOLATE"),
        ("\u200f", 0, "RIGHT-TO-LEFT MARK"),
        ("ab\U000e0041", 2, "TAG LATIN CAPITAL LETTER A"),
        ("a\x00", 1, "CONTROL U+0000"),
        ("a\x0b", 1, "CONTROL U+000B"),
        ("a\ud800", 1, "SURROGATE U+D800"),
        ("<p>&#x202E;</p>", 3, "RIGHT-TO-LEFT OVERRIDE"),
        ("a&#8238;", 1, "RIGHT-TO-LEFT OVERRIDE"),
        ("a&rlm;", 1, "RIGHT-TO-LEFT MARK"),
        ("&rlm;\u202e", 0, "RIGHT-TO-LEFT MARK"),
        ("<p title='&#x202e'>a</p>", 10, "RIGHT-TO-LEFT OVERRIDE"),
    ],
)
def test_sanitise_refuses_hidden_characters_with_their_place(
    html: str, position: int, name: str
) -> None:
    with pytest.raises(HiddenCharacters) as caught:
        sanitise(html)
    assert (caught.value.position, caught.value.name) == (position, name)


def test_sanitise_does_not_take_written_out_references_for_hidden_characters() -> None:
    assert sanitise("<p>&amp;#x202E; &amp;rlm;</p>").html == "<p>&amp;#x202E; &amp;rlm;</p>"


def test_sanitise_takes_500_kb_of_utf8_and_no_more() -> None:
    fits = "<p>" + "ä" * 249_996 + "</p>"
    assert sanitise(fits).html == fits
    with pytest.raises(ContentTooLarge) as caught:
        sanitise(fits + "bc")
    assert (caught.value.size, caught.value.limit) == (500_001, 500_000)


@pytest.mark.parametrize("tag", ["div", "b", "blockquote", "strong", "span", "x-y"])
def test_sanitise_takes_64_nested_tags_and_no_more(tag: str) -> None:
    html = sanitise(f"<{tag}>" * 64 + "a" + f"</{tag}>" * 64).html
    assert re.sub(r"</?\w+>", "", html) == "a"
    with pytest.raises(ContentTooDeep):
        sanitise(f"<{tag}>" * 65 + "a" + f"</{tag}>" * 65)


@pytest.mark.parametrize(
    "hidden_end",
    ["<!-- </b> -->", "<script></b></script>", '<i title="</b>"></i>', "<table></b></table>"],
)
def test_sanitise_is_not_fooled_by_end_tags_that_are_none(hidden_end: str) -> None:
    with pytest.raises(ContentTooDeep):
        sanitise(("<b>" + hidden_end) * 65)


def test_sanitise_takes_many_unclosed_paragraphs_items_and_cells() -> None:
    items = "<li>a<p>b" * 100
    assert sanitise(f"<ul>{items}</ul>").html == "<ul>" + "<li>a<p>b</p></li>" * 100 + "</ul>"


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("".join(f"<b x={i}>" for i in range(60)) + "<p>x" * 90_000, "nodes"),
        ("<b " + " ".join(f"a{i}" for i in range(101)) + ">", "attributes"),
        ("<scr" * 12 + "<!---->" + "<!---->ipt></script>" * 12, "comments"),
    ],
)
def test_sanitise_refuses_markup_built_to_be_costly(html: str, reason: str) -> None:
    with pytest.raises(ContentTooComplex) as caught:
        sanitise(html)
    assert caught.value.reason == reason


@given(st.lists(PIECES, max_size=25).map("".join))
@settings(max_examples=300, deadline=None)
def test_sanitise_twice_removes_nothing_more(piece: str) -> None:
    html = piece.replace("\t", " ")
    try:
        once = sanitise(html)
    except ContentTooComplex:
        return
    again = sanitise(once.html)
    assert again.html == once.html
    assert again.removed == ()


@given(st.lists(PIECES | st.text(max_size=5), max_size=15).map("".join))
@settings(max_examples=200, deadline=None)
def test_sanitise_loses_no_text_silently(html: str) -> None:
    try:
        result = sanitise(html)
    except (HiddenCharacters, ContentTooComplex):
        return
    if "Wort" in html and "Wort" not in result.html:
        assert {row.what for row in result.removed} & {"text", "element", "comment", "attribute"}


def test_removed_rows_are_sorted_and_counted() -> None:
    assert sanitise("<i>a</i><b>b</b><i>c</i><!--d-->").removed == (
        Removed("comment", "", 1),
        Removed("element", "b", 1),
        Removed("element", "i", 2),
    )
