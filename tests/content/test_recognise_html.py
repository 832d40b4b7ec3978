import pytest

from shop_content.content import recognise
from shop_content.content.recognised import Recognised

PAGE = """\
<!doctype html><html><head><title>Brot | Laden</title><style>p {}</style></head>
<body><!-- x --><nav><a href="/">Start</a></nav><h1>Brot</h1><p>Werbung</p>
<article><h2>Inhaltsverzeichnis</h2><ol><li><a href="#a">Mehl</a></li></ol>
<div>Ein <b>guter</b> <i>Teig</i> mit <a href="/p/roggen-1">Mehl</a>.<img alt="Laib"></div>
<h2 id="a" class="b">Mehl</h2><section><p>Erster Absatz.</p><p>Zweiter.</p></section>
<figure><img alt="Korn"><figcaption>Reifes Korn</figcaption></figure>
<p><a class="btn" href="/p/roggen-mehl/">Zum Mehl</a></p><p>JETZT ANMELDEN</p>
<h6>Tief</h6><ul><li>a<ul><li>b</li></ul></li></ul><blockquote><p>c</p></blockquote>
<table><tr><td colspan="2">d</td></tr></table><p><a href="javascript:e()">f</a></p>
<button>Kaufen</button><iframe src="g"></iframe></article>
<footer>Impressum</footer><script>h()</script></body></html>
"""


def read(source: str) -> Recognised:
    return recognise(source, format="html", locale="de", products={"ROGGEN-1": ["Roggen Mehl"]})


def roles(source: str) -> list[str]:
    return [line.used_as or f"-{line.left_out}" for line in read(source).report]


def test_html_page_is_read_block_by_block() -> None:
    result = read(PAGE)
    found = [(line.text, line.used_as or f"-{line.left_out}") for line in result.report]
    assert found == [
        ("Brot | Laden", "seo_title"),
        ("Start", "-navigation"),
        ("Brot", "title"),
        ("Werbung", "-outside_article"),
        ("Inhaltsverzeichnis", "-table_of_contents"),
        ("Mehl", "-table_of_contents"),
        ("Ein guter Teig mit Mehl.", "paragraph"),
        ("Laib", "-image"),
        ("Mehl", "h2"),
        ("Erster Absatz.", "paragraph"),
        ("Zweiter.", "paragraph"),
        ("Korn Reifes Korn", "-image"),
        ("Zum Mehl", "product_cta"),
        ("JETZT ANMELDEN", "paragraph"),
        ("Tief", "h4"),
        ("a b", "list"),
        ("c", "statement"),
        ("d", "table"),
        ("f", "paragraph"),
        ("Kaufen", "-form"),
        ("Impressum", "-navigation"),
        ("comment", "-comment"),
        ("iframe", "-embed"),
        ("script", "-script"),
        ("style", "-script"),
    ]
    assert result.body_html == (
        '<p>Ein <strong>guter</strong> <em>Teig</em> mit <a href="product:ROGGEN-1">Mehl</a>.</p>'
        "<h2>Mehl</h2><p>Erster Absatz.</p><p>Zweiter.</p>"
        '<p><a href="product:ROGGEN-1">Zum Mehl</a></p><p>JETZT ANMELDEN</p><h4>Tief</h4>'
        "<ul><li>a<ul><li>b</li></ul></li></ul><blockquote><p>c</p></blockquote>"
        '<table><tbody><tr><td colspan="2">d</td></tr></tbody></table><p>f</p>'
    )


def test_html_remarks_tell_what_changed_inside_a_block() -> None:
    remarks = [(r.code, r.detail) for line in read(PAGE).report for r in line.remarks]
    assert remarks == [
        ("product", "ROGGEN-1"),
        ("possible_product_cta", ""),
        ("link_removed", "javascript:e()"),
        ("count", "2"),
        ("count", "1"),
        ("count", "1"),
        ("count", "1"),
    ]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<h1>T</h1><h1>U</h1><p>a</p>", ["title", "h2", "paragraph"]),
        ("<h1>T</h1><p>T</p><p>a</p>", ["title", "-title_repeat", "paragraph"]),
        ("<h2>T</h2><p>a</p>", ["title", "paragraph"]),
        ("<p>Kurze Zeile</p><p>a</p>", ["paragraph", "paragraph"]),
        ("a<p>b</p>c", ["paragraph", "paragraph", "paragraph"]),
        ("<span><p>a</p><p>b</p></span>", ["paragraph", "paragraph"]),
        ("<dl><dt>a</dt><dd>b</dd></dl>", ["paragraph", "paragraph"]),
        ("<figure><table><tr><td>a</td></tr></table></figure>", ["table"]),
        ("<ul><li><a href='#a'>a</a> b</li></ul>", ["list"]),
        ("<article>a</article><article>b</article>", ["paragraph", "paragraph"]),
        ("a<main>b</main>", ["-outside_article", "paragraph"]),
        ("a <b", ["paragraph", "-markup"]),
        ("<p></p>", []),
    ],
)
def test_html_blocks_are_found_in_any_shape(source: str, expected: list[str]) -> None:
    assert roles(source) == expected
