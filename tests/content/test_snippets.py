import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop_content.content import teaser


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("Kurz.", 200, "Kurz."),
        ("  Zwei\n  Zeilen ", 200, "Zwei Zeilen"),
        ("Erster Satz. Zweiter Satz, der nicht passt.", 20, "Erster Satz."),
        ("Kurz. Ein sehr langer zweiter Satz folgt hier.", 30, "Kurz. Ein sehr langer zweiter…"),
        ("Am 3. Mai um 12. Uhr beginnt alles neu.", 20, "Am 3. Mai um 12.…"),
        ("Der Verein Brot e. V. backt täglich.", 24, "Der Verein Brot e. V.…"),
        ("Wort, Wort, Wort", 11, "Wort…"),
        ("abcdefghij", 5, "abcd…"),
        ("Satz zu Ende. Und weiter.", 13, "Satz zu Ende."),
        ("", 10, ""),
    ],
)
def test_teaser_ends_with_a_sentence_or_a_word(text: str, limit: int, expected: str) -> None:
    assert teaser(text, limit) == expected


def test_teaser_takes_200_characters_unless_told() -> None:
    assert len(teaser("wort " * 100)) == 200


@given(st.text(max_size=300), st.integers(1, 250))
def test_teaser_is_never_longer_than_the_limit(text: str, limit: int) -> None:
    assert len(teaser(text, limit)) <= limit


def test_teaser_refuses_a_limit_below_one() -> None:
    with pytest.raises(ValueError, match="0"):
        teaser("a", 0)
