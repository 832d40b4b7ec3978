"""Sources become blocks of visible text, each character with its place."""

import pytest

from shop_content.claims.projection import project
from shop_content.claims.report import Part


def blocks(form, text, kind="body"):
    return [(b.kind, b.text) for b in project([Part("body", kind, form, text)])]


@pytest.mark.parametrize(
    ("form", "text", "expected"),
    [
        ("html", "<h2>A</h2><p>b <b>c</b>d</p>", [("heading", "A"), ("paragraph", "b cd")]),
        ("html", "<ul><li>a</li><li>b</li></ul>", [("item", "a"), ("item", "b")]),
        ("html", "<table><tr><td>a</td><th>b</th></tr></table>", [("cell", "a"), ("cell", "b")]),
        ("html", "<blockquote><p>a</p></blockquote>", [("quote", "a")]),
        (
            "html",
            '<p>x<img alt="a &amp; b">y</p>',
            [("attribute", "a & b"), ("paragraph", "x\u2028y")],
        ),
        ("html", "<h2>a</h2></h2></li><p>b</p>", [("heading", "a"), ("paragraph", "b")]),
        ("html", "<script>x</script ><H2>a</H2>", [("heading", "a")]),
        ("html", "a &lt;b&gt; &uuml;", [("paragraph", "a <b> ü")]),
        ("html", "a < b & c", [("paragraph", "a < b & c")]),
        ("html", "<style>x</style>a", [("paragraph", "a")]),
        (
            "markdown",
            "# A\n\nb **c** d\n\n- e",
            [("heading", "A"), ("paragraph", "b c d"), ("item", "e")],
        ),
        ("text", "a.\n\nb.", [("paragraph", "a."), ("paragraph", "b.")]),
    ],
)
def test_source_becomes_blocks(form, text, expected):
    found = [(kind, text.strip()) for kind, text in blocks(form, text)]
    assert found == expected


def test_kind_of_the_part_rules():
    assert blocks("text", "magnesium-gegen-krampf", kind="slug") == [
        ("slug", "magnesium-gegen-krampf")
    ]


def test_place_of_an_entity_is_its_source():
    (block,) = project([Part("body", "body", "html", "<p>Migr&auml;ne</p>")])
    assert block.text == "Migräne"
    assert block.source_span(4, 5) == (7, 13)
    assert block.source_span(0, 7) == (3, 15)
