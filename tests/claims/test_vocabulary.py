"""Word formation, with words of our own: what an entry stands for, and what it does not."""

import pytest

from shop_content.claims.folding import fold
from shop_content.claims.vocabulary import Vocabulary

GERMAN = [
    (
        "mildern",
        "mildert gemildert mildernd mildernde milderten schmerzmildernd",
        "Wild Mildtätigkeit",
    ),
    ("stillen", "stillt gestillt stillend schmerzstillend", "stehlen"),
    ("verhindern", "verhindert verhinderte verhinderndes", "hindern"),
    ("Krampf", "Krampf Krämpfe Krämpfen Wadenkrampf Wadenkrämpfe krampflösend", "Krempe"),
    ("Zahn", "Zähne Zähnen Zahn Zahnes", "zahm"),
    ("Reflux", "Reflux Refluxkrankheit", "Fluss"),
]
ENGLISH = [
    ("soothe", "soothe soothes soothed soothing", "sooth tooth"),
    ("ease", "ease eases eased easing", "easel"),
    ("stop", "stops stopped stopping", "stoop"),
    ("anaemia", "anaemia anemia", "anemone"),
    ("sleep", "sleeps sleeping slept", "sleepy"),
    ("tooth", "teeth tooth", "toothless"),
    ("stabilise", "stabilises stabilizes stabilizing", "stable"),
]


def carries(language, entry, word):
    vocabulary = Vocabulary(language)
    vocabulary.add(entry, 7)
    return any(
        symbol == 7 for symbol, _, particle in vocabulary.analyse(fold(word)) if not particle
    )


@pytest.mark.parametrize(("entry", "forms", "others"), GERMAN)
def test_german_entry_stands_for_its_forms_only(entry, forms, others):
    assert [word for word in forms.split() if not carries("de", entry, word)] == []
    assert [word for word in others.split() if carries("de", entry, word)] == []


@pytest.mark.parametrize(("entry", "forms", "others"), ENGLISH)
def test_english_entry_stands_for_its_forms_only(entry, forms, others):
    assert [word for word in forms.split() if not carries("en", entry, word)] == []
    assert [word for word in others.split() if carries("en", entry, word)] == []


def test_exact_entry_has_no_forms():
    assert carries("de", "=weg", "weg")
    assert not carries("de", "=weg", "wege")


def test_last_part_only_entry_needs_a_longer_word():
    assert carries("de", "-frei", "schmerzfrei")
    assert not carries("de", "-frei", "frei")
