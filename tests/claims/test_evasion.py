"""Spellings that hide a word from a list do not hide it from the checker."""

import pytest

from shop_content import claims

EVASIONS = [
    "Magnesium l i n d e r t Migräne.",
    "Magnesium lin\u00addert Mi\u200bgräne.",
    "Magnesium lindert Мigräne.",
    "Magnesium LINDERT MIGRAENE",
    "Magnesium lindert Migrӓne.",
    "Magnesium l1ndert Migräne.",
    "Magnesium lindert M!gräne.",
    "Magnesium l.i.n.d.e.r.t Migräne.",
    "Ｍａｇｎｅｓｉｕｍ ｌｉｎｄｅｒｔ Ｍｉｇｒäｎｅ",
    "Magnesium li💊ndert Migräne.",
    "Magnesium lindert Mi\u0301gra\u0308ne.",
    "𝗠𝗮𝗴𝗻𝗲𝘀𝗶𝘂𝗺 𝗹𝗶𝗻𝗱𝗲𝗿𝘁 Migräne.",
]


@pytest.mark.parametrize("text", EVASIONS)
def test_evasive_spelling_is_read(checker, text):
    part = claims.Part("body", "body", "text", text)
    findings = checker.check([part], language="de").findings
    assert "DIS_TREAT" in {finding.category for finding in findings}
    assert [text[f.start : f.end] for f in findings] == [f.quote for f in findings]


@pytest.mark.parametrize(
    "text",
    [
        "<p>Magnesium lin<b>dert</b> Mi<i>gräne</i>.</p>",
        "<p>Magnesium lindert Migr&auml;ne.</p>",
        "<p>Magnesium lin&shy;dert Mi&#8203;gr&#228;ne.</p>",
        '<img alt="Magnesium lindert Migr&auml;ne">',
        "<p>Magnesium lin<!-- x -->dert Migräne</p>",
    ],
)
def test_markup_hides_nothing(checker, text):
    part = claims.Part("body", "body", "html", text)
    findings = checker.check([part], language="de").findings
    assert {finding.category for finding in findings} == {"DIS_TREAT"}
    assert [text[f.start : f.end] for f in findings] == [f.quote for f in findings]


@pytest.mark.parametrize(
    "text", ["<script>Magnesium lindert Migräne</script>", "<!-- Migräne -->"]
)
def test_what_nobody_sees_is_not_checked(checker, text):
    part = claims.Part("body", "body", "html", text)
    assert checker.check([part], language="de").findings == ()
