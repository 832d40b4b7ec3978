import pytest

from shop_content.content import ContentTooComplex, ContentTooDeep
from shop_content.content.markup import read_markup
from shop_content.content.tree import parse


def test_read_markup_cuts_out_what_is_never_shown() -> None:
    markup = read_markup("<!doctype html><p>a<!--b--><script>c</script ><STYLE>d</STYLE>e</3>f<g")
    assert markup.html == "<p>aef"
    assert markup.removed == {"comment": 3, "script": 1, "style": 1}
    assert markup.tags == {"p": 1}
    assert markup.unfinished == 2


@pytest.mark.parametrize(
    "piece",
    ["<b>", "<b></i>", "<b><table></b></table>", "<div><table></div></table>", "<b><i></b></i>"],
)
def test_read_markup_refuses_depth_before_any_parser_runs(piece: str) -> None:
    with pytest.raises(ContentTooDeep):
        read_markup(piece * 65)


@pytest.mark.parametrize(
    "piece", ["<p>a", "<li><p>a", "<tr><td>a", "<b>a</b>", "<br>", "<p><b>a</b>"]
)
def test_read_markup_takes_any_length_of_shallow_markup(piece: str) -> None:
    assert read_markup(piece * 1000).html == piece * 1000


def test_read_markup_reads_quoted_ends_as_part_of_an_attribute() -> None:
    assert read_markup('<a href="></a><b>">c</a>').tags == {"a": 1}
    assert read_markup("<a href='></a><b>'>c</a>").tags == {"a": 1}


def test_read_markup_counts_what_a_parser_would_repeat() -> None:
    open_tags = "".join(f"<b x={number}>" for number in range(50))
    with pytest.raises(ContentTooComplex):
        read_markup(open_tags + "<p>a" * 4000)
    assert read_markup(open_tags + "<p>a" * 3000).tags == {"b": 50, "p": 3000}


def test_parse_refuses_depth_that_the_parser_adds() -> None:
    # Every cell gets a row and a table body that are not in the source.
    with pytest.raises(ContentTooDeep):
        parse("<table><td>" * 20)
