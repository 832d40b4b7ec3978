"""manage.py score: measure the checker on labelled copy, without a database."""

import html
import json
import re
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from shop_content import claims

Unit = dict[str, Any]
_VIOLATION = frozenset({"block", "warn"})
# These depend on product data, which labelled copy does not have.
_PRODUCT_CATEGORIES = frozenset({"AUTH_COND", "MAND"})
_TAG = re.compile(r"</?[a-z][^>]*>")
_CONTAINERS = {"paragraph": "p", "bullet": "ul"}
_WRAPPERS = {
    "heading": ("<h2>", "</h2>\n"),
    "bullet": ("<li>", "</li>"),
    "statement": ("<blockquote><p>", "</p></blockquote>\n"),
    "paragraph": ("", " "),
}


class Command(BaseCommand):
    """A unit counts as flagged when a finding of severity block or warn overlaps it."""

    help = "Print precision, recall and F1 of the checker on labelled units (JSON, one a line)."
    requires_system_checks = []  # noqa: RUF012 -- as Django declares it

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("corpora", nargs="+", metavar="CORPUS")
        parser.add_argument("--misses", action="store_true", help="print every miss and alarm")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Check every document; print the figures of each language."""
        checker = claims.Checker(claims.read_rulebook(settings.FIXTURES_ROOT))
        documents = _documents(options["corpora"])
        totals = {}
        for language in dict.fromkeys(language for language, _ in documents):
            count: Counter[str] = Counter()
            for (code, name), units in documents.items():
                if code == language:
                    for line in _judge(checker, language, name, units, count):
                        if options["misses"]:
                            self.stdout.write(line)
            totals[language] = _figures(count)
            self.stdout.write(
                f"{language} " + " ".join(f"{k}={v}" for k, v in totals[language].items())
            )
            self.stdout.write("   recall by code: " + " ".join(_by_code(count)))
        self.stdout.write(json.dumps(totals))


def _documents(paths: Iterable[str]) -> dict[tuple[str, str], list[Unit]]:
    documents: dict[tuple[str, str], list[Unit]] = {}
    for path in paths:
        try:
            lines = Path(path).read_text(encoding="utf-8").splitlines()
            units = [json.loads(line) for line in lines if line.strip()]
            for unit in units:
                documents.setdefault((unit["lang"], unit["doc"]), []).append(unit)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CommandError(f"{path}: not a labelled corpus ({error})") from error
    return documents


def _render(units: list[Unit]) -> tuple[str, list[tuple[int, int]]]:
    """Return the document as HTML, and each unit's place in it."""
    source, spans, block = "", [], ""
    for unit in units:
        kind, text = unit["kind"], unit["text"]
        wanted = _CONTAINERS.get(kind, "")
        if block and block != wanted:
            source += f"</{block}>\n"
            block = ""
        if not _TAG.search(text):
            text = html.escape(text, quote=False)
        before, after = _WRAPPERS.get(kind, ("<p>", "</p>\n"))
        if wanted and not block:
            source += f"<{wanted}>"
            block = wanted
        source += before
        spans.append((len(source), len(source) + len(text)))
        source += text + after
    return source + (f"</{block}>\n" if block else ""), spans


def _judge(
    checker: claims.Checker, language: str, name: str, units: list[Unit], count: Counter[str]
) -> list[str]:
    """Count what was found, missed and falsely flagged in one document; return a line for each."""
    source, spans = _render(units)
    report = checker.check([claims.Part("body", "body", "html", source)], language=language)
    found = [f for f in report.findings if f.start is not None and f.end is not None]
    count["bad_spans"] += sum(source[f.start : f.end] != f.quote for f in found)
    clean = not any(unit["severity"] in _VIOLATION for unit in units)
    lines = []
    for unit, (start, end) in zip(units, spans, strict=True):
        codes = [code for code in unit["labels"] if not code.startswith(("OK_", "CTX_"))]
        if codes and set(codes) <= _PRODUCT_CATEGORIES:
            continue
        hits = [
            f
            for f in found
            if f.severity in _VIOLATION and (f.start or 0) < end and start < (f.end or 0)
        ]
        outcome = _count_unit(unit, codes, {f.category for f in hits}, clean=clean, count=count)
        if outcome.startswith("false"):
            said = " ".join(f"{f.category}:{f.quote!r}" for f in hits)
            labels = ",".join(unit["labels"])
            lines.append(f"{outcome:13} {name}/{unit['unit']} {labels} {unit['text']!r} {said}")
    return lines


def _count_unit(
    unit: Unit, codes: list[str], said: set[str], *, clean: bool, count: Counter[str]
) -> str:
    violation = unit["severity"] in _VIOLATION
    outcome = ("true" if violation == bool(said) else "false") + ("_alarm" if said else "_silence")
    count[outcome] += 1
    if violation:
        blocking = unit["severity"] == "block"
        count["blocking"] += blocking
        count["blocking_found"] += blocking and bool(said)
        count["right_category"] += not said.isdisjoint(codes)
        code = codes[0] if codes else "?"
        count[f"code {code}"] += 1
        count[f"found {code}"] += bool(said)
    elif clean:
        count["clean_units"] += 1
        count["clean_alarms"] += bool(said)
    return outcome


def _figures(count: Counter[str]) -> dict[str, Any]:
    found, alarms, missed = count["true_alarm"], count["false_alarm"], count["false_silence"]
    precision = found / (found + alarms) if found + alarms else 0.0
    recall = found / (found + missed) if found + missed else 0.0
    f1 = 2 * precision * recall / (precision + recall) if found else 0.0
    return {
        "f1": round(f1, 3),
        "precision": round(precision, 3),
        "recall": round(recall, 3),
        "block_recall": round(count["blocking_found"] / max(1, count["blocking"]), 3),
        "right_category": round(count["right_category"] / max(1, found), 3),
        "clean_alarms": f"{count['clean_alarms']}/{count['clean_units']}",
        "bad_spans": count["bad_spans"],
        "found": found,
        "missed": missed,
        "false_alarms": alarms,
    }


def _by_code(count: Counter[str]) -> list[str]:
    codes = sorted(key.removeprefix("code ") for key in count if key.startswith("code "))
    return [f"{code}={count[f'found {code}']}/{count[f'code {code}']}" for code in codes]
