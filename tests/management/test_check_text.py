"""check_text: what a writer sees on the command line, without any database."""

import io
import json
import sys

import pytest
from django.core.management import call_command

from shop_content import claims
from tests.claims.conftest import FIXTURES

BAD = "Gut verpackt.\nMagnesium lindert Hexenschuss.\n"


@pytest.fixture
def run(capsys):
    def call(*arguments):
        with pytest.raises(SystemExit) as stopped:
            call_command("check_text", *map(str, arguments))
        out, err = capsys.readouterr()
        return stopped.value.code, out, err

    return call


@pytest.fixture
def bad(tmp_path):
    path = tmp_path / "bad.txt"
    path.write_text(BAD, encoding="utf-8")
    return path


def test_clean_text_exits_zero(run, tmp_path):
    path = tmp_path / "clean.md"
    path.write_text("# Lieferung\n\nWir liefern schnell.", encoding="utf-8")
    assert run("--language", "de", path) == (0, "1 files, 0 findings\n", "")


def test_finding_is_one_line_with_its_place(run, bad):
    code, out, _ = run("--language", "de", bad)
    line, summary = out.splitlines()
    assert code == 1
    place, _, message = line.partition(' "lindert Hexenschuss" ')
    assert place.startswith(f"{bad}:2:11: block DIS_TREAT de.dis_treat.")
    assert message == claims.CATEGORIES["DIS_TREAT"].message["en"]
    assert summary == "1 files, 1 findings"


def test_json_is_one_line_a_file_in_order(run, bad, tmp_path):
    clean = tmp_path / "clean.html"
    clean.write_text("<p>Schnell.</p>", encoding="utf-8")
    code, out, _ = run("--language", "de", "--format", "json", clean, bad)
    first, second = map(json.loads, out.splitlines())
    assert code == 1
    assert (first["path"], first["verdict"], first["findings"]) == (str(clean), "clean", [])
    assert second["rulebook"] == claims.read_rulebook(FIXTURES).digest
    (finding,) = second["findings"]
    assert BAD[finding["start"] : finding["end"]] == finding["quote"] == "lindert Hexenschuss"
    assert (finding["line"], finding["column"]) == (2, 11)
    assert set(finding["message"]) == {"de", "en"}


def test_dash_reads_standard_input(run, monkeypatch):
    source = io.TextIOWrapper(io.BytesIO(b"Magnesium lindert Gicht."))
    monkeypatch.setattr(sys, "stdin", source)
    code, out, _ = run("--language", "de", "--format", "json", "-")
    assert (code, json.loads(out)["path"]) == (1, "-")


def test_unusable_input_is_one_clear_line_each(run, bad, tmp_path):
    broken = tmp_path / "latin.txt"
    broken.write_bytes(b"f\xfcr")
    missing = tmp_path / "none.txt"
    code, out, err = run("--language", "de", "--format", "json", missing, broken, bad)
    assert code == 2
    assert err.splitlines() == [
        f"{missing}: No such file or directory",
        f"{broken}: not UTF-8",
    ]
    assert [json.loads(line)["path"] for line in out.splitlines()] == [str(bad)]


def test_unknown_language_is_refused(run, bad):
    assert run("--language", "fr", bad) == (
        2,
        "",
        "no rules for language 'fr'; there are rules for de, en\n",
    )
