from shop_content.content import recognise
from shop_content.content.recognised import Recognised

SOURCE = """\
Brot für alle
=============

Ein *guter* Teig mit [Mehl](/products/roggen-1) ![Ein Laib](laib.png)
und Zeit.

## Inhalt

- [Mehl](#mehl)

## Mehl

1. mahlen
2. sieben
   - fein

> Zeit ist eine Zutat.

> Mein Teig schläft.
>
> — Eine Bäckerin

[ref]: https://a.example

| a | b |
|---|---|
| 1 | 2 |

[Roggen Mehl](https://shop.example/de/roggen-mehl?x=1)

```
500 g
```

<script>alert(1)</script>
"""


def read(source: str) -> Recognised:
    return recognise(
        source, format="markdown", locale="de", products={"ROGGEN-1": ["Roggen Mehl"]}
    )


def test_markdown_says_what_became_of_which_lines() -> None:
    report = read(SOURCE).report
    assert [(line.number, line.last, line.used_as or f"-{line.left_out}") for line in report] == [
        (0, 0, "-script"),
        (1, 2, "title"),
        (4, 5, "paragraph"),
        (4, 5, "-image"),
        (7, 7, "-table_of_contents"),
        (9, 10, "-table_of_contents"),
        (11, 11, "h2"),
        (13, 16, "list"),
        (17, 17, "statement"),
        (19, 21, "quote"),
        (23, 23, "-markup"),
        (25, 27, "table"),
        (29, 29, "product_cta"),
        (31, 33, "paragraph"),
        (35, 35, "-markup"),
    ]


def test_markdown_covers_every_line_of_the_source() -> None:
    filled = {number for number, line in enumerate(SOURCE.split("\n"), 1) if line.strip()}
    covered = {
        number for line in read(SOURCE).report for number in range(line.number, line.last + 1)
    }
    assert filled - covered == set()


def test_markdown_becomes_the_html_of_a_body() -> None:
    result = read("# T\n\nEin *guter* **Teig** mit [Mehl](/products/roggen-1).\n\n---\n")
    assert result.title == "T"
    assert result.body_html == (
        "<p>Ein <em>guter</em> <strong>Teig</strong> mit "
        '<a href="product:ROGGEN-1">Mehl</a>.</p><hr>'
    )


def test_markdown_places_come_from_the_parser_not_from_the_source() -> None:
    report = read('# T\n\n<p data-lines="7-9" data-0="7-9">a</p>\n').report
    assert [(line.number, line.last) for line in report] == [(1, 1), (3, 3)]
