"""Whatever a text holds: no crash, and each finding quotes its source."""

from hypothesis import given, settings
from hypothesis import strategies as st

from shop_content import claims
from tests.claims.conftest import FIXTURES

CHECKER = claims.Checker(claims.read_rulebook(FIXTURES))
WORDS = st.sampled_from(
    "Magnesium lindert Kopfschmerzen hilft gegen Migräne löst Krämpfe auf . ! ? : , \n\n - # * _ "
    "< > & "
    '&shy; &auml; &#8203; <b> </b> <p> </p> <li> <h2> </h2> <img alt=" "> <!-- --> [ ]( ) ` | '
    "magnesium relieves headaches supports sleep contributes to normal muscle function 300 mg "
    "M\u200bg \u00ad \u202e \ud800 İ ﬁ 𝐌𝐚𝐠 \u0301 😀 l\u00a0i\u00a0n \x00 \ufeff \u2028".split(" ")
)
TEXTS = st.one_of(st.text(max_size=200), st.lists(WORDS, max_size=60).map(" ".join))
FORMATS = st.sampled_from(["html", "markdown", "text"])
KINDS = st.sampled_from(["body", "title", "slug", "alt", "comment", "name"])


@settings(max_examples=300, deadline=None)
@given(TEXTS, FORMATS, KINDS, st.sampled_from(["de", "en"]))
def test_finding_quotes_its_source(text, form, kind, language):
    part = claims.Part("body", kind, form, text)
    for finding in CHECKER.check([part], language=language, facts=claims.Facts()).findings:
        if finding.start is None:
            assert finding.quote == ""
        else:
            assert 0 <= finding.start < finding.end <= len(text)
            assert text[finding.start : finding.end] == finding.quote


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 8),
    st.sampled_from(["\u200b", "\u00ad", "\u2060", "\ufeff", "&shy;", "&#8203;", "<b></b>"]),
)
def test_invisible_character_hides_nothing(place, filler):
    word = "lindert"
    text = f"<p>Magnesium {word[:place]}{filler}{word[place:]} Kopfschmerzen.</p>"
    report = CHECKER.check([claims.Part("body", "body", "html", text)], language="de")
    assert [finding.category for finding in report.findings] == ["DIS_TREAT"]


def test_same_content_has_same_verdict_in_each_format():
    texts = {
        "html": "<h2>Magnesium bei Ischias</h2><ul><li>hilft gegen Migräne</li></ul>",
        "markdown": "## Magnesium bei Ischias\n\n- hilft gegen Migräne\n",
        "text": "Magnesium bei Ischias\n\n- hilft gegen Migräne\n",
    }
    seen = {
        form: [
            (finding.category, finding.quote)
            for finding in CHECKER.check(
                [claims.Part("body", "body", form, text)], language="de"
            ).findings
        ]
        for form, text in texts.items()
    }
    assert seen["html"] == seen["markdown"] == seen["text"]
    assert len(seen["html"]) == 2
