"""What the checker remembers of one text must not change what it says of another."""

from concurrent.futures import ThreadPoolExecutor

from hypothesis import given, settings
from hypothesis import strategies as st

from shop_content import claims
from tests.claims.conftest import FIXTURES

RULEBOOK = claims.read_rulebook(FIXTURES)
USED = claims.Checker(RULEBOOK)
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
DOCUMENTS = st.lists(
    st.tuples(st.sampled_from(["p", "li", "h2"]), st.sampled_from(SENTENCES)), max_size=8
).map(lambda rows: "".join(f"<{tag}>{text}</{tag}>" for tag, text in rows))


def report(checker: claims.Checker, text: str) -> claims.Report:
    return checker.check([claims.Part("body", "body", "html", text)], language="de", facts=FACTS)


@settings(max_examples=15, deadline=None)
@given(st.lists(DOCUMENTS, min_size=2, max_size=4))
def test_checker_that_has_read_much_says_what_a_new_one_says(documents):
    for text in documents:
        report(USED, text)
    for text in documents:
        assert report(USED, text) == report(claims.Checker(RULEBOOK), text)


def test_threads_that_share_a_checker_agree():
    text = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)
    checker = claims.Checker(RULEBOOK)
    with ThreadPoolExecutor(8) as pool:
        reports = list(pool.map(lambda _: report(checker, text), range(64)))
    assert set(reports) == {report(claims.Checker(RULEBOOK), text)}
