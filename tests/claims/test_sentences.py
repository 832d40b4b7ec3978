"""Where a sentence ends."""

import pytest

from shop_content.claims.blocks import Block
from shop_content.claims.tokens import sentences


def number_of(text: str, *, ordinals: bool = True) -> int:
    block = Block("body", "paragraph", text, text, ((0, 0, len(text)),))
    return len(list(sentences(block, frozenset(), ordinals=ordinals)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ab der 18. Woche wird es ruhiger.", 1),
        ("Mit 100 mg Vitamin C. Das Pulver löst sich.", 2),
        ("Laut A. Huber ist es so.", 1),
        ("Power für Erstklässler 🎒 Kommentiert mit eurem Rezept", 2),
        ("Viel Spaß 🎒 und bis bald", 1),
    ],
)
def test_sentence_ends_where_a_reader_stops(text, expected):
    assert number_of(text) == expected


@pytest.mark.parametrize(("ordinals", "expected"), [(True, 1), (False, 2)])
def test_number_with_a_stop_is_an_ordinal_only_in_german(ordinals, expected):
    assert number_of("Aged 14 to 18. Young athletes rest.", ordinals=ordinals) == expected
