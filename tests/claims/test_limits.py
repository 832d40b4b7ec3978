"""A text of any length is judged in bounded time, and what was not read is never let through."""

import gc

import pytest

from shop_content import claims


@pytest.fixture
def short(monkeypatch):
    monkeypatch.setattr("shop_content.claims.checker.MOST_SENTENCES", 4)


def check(checker, text, kind="html"):
    return checker.check([claims.Part("body", "body", kind, text)], language="de")


@pytest.mark.parametrize(
    "text",
    ["<p>Ein Tag.</p>" * 5, "<p>Ein Tag. Ein Tag. Ein Tag. Ein Tag. Ein Tag.</p>"],
    ids=["of many blocks", "of one block"],
)
def test_text_that_is_not_read_to_its_end_is_blocked_and_says_why(checker, short, text):
    report = check(checker, text)
    assert report.verdict == "blocked"
    (finding,) = report.findings
    assert (finding.rule, finding.field, finding.start) == ("unread", "body", None)
    assert "4 Sätze" in finding.message["de"]
    assert "4 sentences" in finding.message["en"]


def test_text_of_just_that_length_is_read(checker, short):
    assert check(checker, "<p>Ein Tag.</p>" * 4).verdict == "clean"


def test_what_is_found_before_the_end_of_reading_is_told_too(checker, short):
    report = check(checker, "<p>Magnesium lindert Kopfschmerzen.</p>" + "<p>Ein Tag.</p>" * 5)
    assert [finding.rule for finding in report.findings][-1] == "unread"
    assert report.findings[0].category == "DIS_TREAT"


def test_long_block_that_was_cut_is_read_whole_when_it_stands_alone(checker, short):
    block = "<p>Ein Tag. Zwei Tage. Drei Tage.</p>"
    assert check(checker, "<p>Heute.</p><p>Morgen.</p>" + block).verdict == "blocked"
    assert check(checker, block).verdict == "clean"
    assert check(checker, block + "<p>Heute.</p><p>Morgen.</p>").verdict == "blocked"


def test_cycle_collector_is_on_again_after_a_check(checker):
    assert gc.isenabled()
    check(checker, "Ein Tag.", "text")
    assert gc.isenabled()
    with pytest.raises(AttributeError):
        check(checker, None, "text")
    assert gc.isenabled()
