"""train_reader: weights from labelled copy, or a measurement on documents left out."""

import json

import pytest
from django.core.management import CommandError, call_command

from shop_content.claims import second_reader


def unit(document, number, text, labels, severity):
    return {
        "doc": document,
        "unit": number,
        "lang": "de",
        "kind": "paragraph",
        "text": text,
        "labels": labels,
        "severity": severity,
        "note": "",
    }


@pytest.fixture
def corpus(tmp_path):
    rows = []
    for number in range(6):
        rows += [
            unit(f"d{number}", 1, f"Am Tag {number} wummst das Zeug.", ["FUN_OVER"], "warn"),
            unit(f"d{number}", 2, f"Am Tag {number} kommt das Paket.", ["OK_NEUTRAL"], "none"),
        ]
    path = tmp_path / "corpus.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


def test_train_reader_writes_weights_that_find_the_word(corpus, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(second_reader, "DATA", tmp_path)
    call_command("train_reader", str(corpus), "--language", "de")
    model = json.loads((tmp_path / "reader_de.json").read_text(encoding="utf-8"))
    assert model["weights"]["w:wummst"] > 0 > model["weights"]["w:paket"]
    assert capsys.readouterr().out.startswith("de: 6 documents, 12 sentences, ")


def test_train_reader_measures_on_documents_left_out(corpus, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(second_reader, "DATA", tmp_path)
    call_command("train_reader", str(corpus), "--language", "de", "--folds", "3")
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].startswith("both: F1 1.000, precision 1.000, recall 1.000")
    assert list(tmp_path.glob("*.json")) == []


def test_train_reader_refuses_what_is_no_corpus(tmp_path):
    path = tmp_path / "corpus.jsonl"
    path.write_text("nothing", encoding="utf-8")
    with pytest.raises(CommandError, match="not a labelled corpus"):
        call_command("train_reader", str(path), "--language", "de")


def test_train_reader_says_when_there_is_nothing_to_learn(corpus):
    with pytest.raises(CommandError, match="no violation among the examples"):
        call_command("train_reader", str(corpus), "--language", "en")


def test_train_reader_believes_the_closest_copy_more(corpus, tmp_path, monkeypatch):
    monkeypatch.setattr(second_reader, "DATA", tmp_path)
    closest = tmp_path / "closest.jsonl"
    rows = [unit("c", n, f"Am Tag {n} kommt das Paket.", ["FUN_OVER"], "warn") for n in range(4)]
    closest.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    weights = []
    for named in ([str(corpus), str(closest)], [str(corpus), "--closest", str(closest)]):
        call_command("train_reader", *named, "--language", "de")
        model = json.loads((tmp_path / "reader_de.json").read_text(encoding="utf-8"))
        weights.append(model["weights"].get("w:paket", 0.0))
    assert weights[0] < weights[1]
