"""What the checker remembers of one text must not change what it says of another."""

from concurrent.futures import ThreadPoolExecutor
from itertools import product

from shop_content import claims
from tests.claims.conftest import FIXTURES

RULEBOOK = claims.read_rulebook(FIXTURES)
FACTS = claims.Facts()
SENTENCES = (
    "Magnesium trägt zu einer normalen Muskelfunktion bei.",
    "Das kann Krämpfe lindern.",
    "Taurin trägt zu einer normalen Herzfunktion bei.",
    "Für mehr Wohlbefinden",
    "Wärme hilft gegen Verspannungen.",
    "Sport lindert Stress und löst Krämpfe.",
    "Unsere Kapseln tragen bei zu:",
    "Schluss mit Migräne!",
    "Der Versand dauert zwei Tage.",
)
PAIRS = list(product(SENTENCES, repeat=2))


def report(checker: claims.Checker, text: str) -> claims.Report:
    return checker.check([claims.Part("body", "body", "html", text)], language="de", facts=FACTS)


def test_checker_that_has_read_much_says_what_a_forgetful_one_says(monkeypatch):
    pairs = [f"<h2>{one}</h2><ul><li>{two}</li></ul><p>{one} {two}</p>" for one, two in PAIRS]
    used = claims.Checker(RULEBOOK)
    for text in pairs:
        report(used, text)
    again = [report(used, text) for text in reversed(pairs)]
    monkeypatch.setattr("shop_content.claims.checker._LONGEST_REMEMBERED", 0)
    forgetful = claims.Checker(RULEBOOK)
    assert again == [report(forgetful, text) for text in reversed(pairs)]


def test_checker_remembers_a_limited_number_of_blocks(monkeypatch):
    monkeypatch.setattr("shop_content.claims.checker._REMEMBERED", 10)
    checker = claims.Checker(RULEBOOK)
    for number in range(45):
        report(checker, f"<p>Magnesium lindert {number} Krämpfe.</p>")
    assert len(checker._languages["de"]._known) <= 10


def test_threads_that_share_a_checker_agree():
    text = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)
    checker = claims.Checker(RULEBOOK)
    with ThreadPoolExecutor(8) as pool:
        reports = list(pool.map(lambda _: report(checker, text), range(64)))
    assert set(reports) == {report(claims.Checker(RULEBOOK), text)}
