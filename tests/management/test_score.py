"""score: the checker measured on labelled copy."""

import json

import pytest
from django.core.management import CommandError, call_command


def unit(number, text, severity, *labels, doc="one"):
    return {
        "doc": doc,
        "unit": number,
        "lang": "de",
        "kind": "paragraph",
        "text": text,
        "labels": labels,
        "severity": severity,
    }


@pytest.fixture
def corpus(tmp_path):
    units = [
        unit(1, "Magnesium lindert Hexenschuss.", "block", "DIS_TREAT"),
        unit(2, "Der Karton ist aus Altpapier.", "warn", "GEN_HEALTH"),
        unit(3, "Magnesium heilt Gicht.", "none", "OK_FACT"),
        unit(4, "Der Preis steht am Regal.", "none", "OK_NEUTRAL", doc="two"),
        unit(5, "Hier fehlt ein Hinweis.", "warn", "MAND", doc="three"),
    ]
    path = tmp_path / "corpus.jsonl"
    path.write_text("\n".join(map(json.dumps, units)), encoding="utf-8")
    return path


def test_score_counts_hits_misses_and_alarms(corpus, capsys):
    call_command("score", str(corpus))
    summary, by_code, totals = capsys.readouterr().out.splitlines()
    assert summary.startswith("de f1=0.5 precision=0.5 recall=0.5 ")
    assert by_code == "   recall by code: DIS_TREAT=1/1 GEN_HEALTH=0/1"
    assert json.loads(totals)["de"] == {
        "f1": 0.5,
        "precision": 0.5,
        "recall": 0.5,
        "block_recall": 1.0,
        "right_category": 1.0,
        "clean_alarms": "0/1",
        "bad_spans": 0,
        "found": 1,
        "missed": 1,
        "false_alarms": 1,
    }


def test_score_lists_misses_and_alarms_on_request(corpus, capsys):
    call_command("score", "--misses", str(corpus))
    lines = capsys.readouterr().out.splitlines()[:2]
    assert lines == [
        "false_silence one/2 GEN_HEALTH 'Der Karton ist aus Altpapier.' ",
        "false_alarm   one/3 OK_FACT 'Magnesium heilt Gicht.' DIS_TREAT:'heilt Gicht'",
    ]


def test_score_refuses_what_is_no_corpus(tmp_path):
    path = tmp_path / "no.jsonl"
    path.write_text("[]", encoding="utf-8")
    with pytest.raises(CommandError, match="not a labelled corpus"):
        call_command("score", str(path))
