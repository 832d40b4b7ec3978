"""manage.py score: measure the checker on labelled copy, without a database."""

import json
from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from shop_content import claims
from shop_content.management import labelled


class Command(BaseCommand):
    """A unit counts as flagged when a finding of severity block or warn overlaps it."""

    help = "Print precision, recall and F1 of the checker on labelled units (JSON, one a line)."
    requires_system_checks = []  # noqa: RUF012 -- as Django declares it

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("corpora", nargs="+", metavar="CORPUS")
        parser.add_argument(
            "--first-reader", action="store_true", help="leave the second reader out"
        )
        parser.add_argument("--misses", action="store_true", help="print every miss and alarm")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Check every document; print the figures of each language."""
        checker = claims.Checker(
            claims.read_rulebook(settings.FIXTURES_ROOT),
            second_reader=not options["first_reader"],
        )
        documents = labelled.documents(options["corpora"])
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


def _judge(
    checker: claims.Checker,
    language: str,
    name: str,
    units: list[labelled.Unit],
    count: Counter[str],
) -> list[str]:
    """Count what was found, missed and falsely flagged in one document; return a line for each."""
    source, spans = labelled.render(units)
    report = checker.check([claims.Part("body", "body", "html", source)], language=language)
    found = [f for f in report.findings if f.start is not None and f.end is not None]
    count["bad_spans"] += sum(source[f.start : f.end] != f.quote for f in found)
    clean = not any(labelled.violates(unit) for unit in units)
    lines = []
    for unit, (start, end) in zip(units, spans, strict=True):
        codes = labelled.codes(unit)
        if codes and set(codes) <= labelled.PRODUCT:
            continue
        hits = [
            f
            for f in found
            if f.severity != "info" and (f.start or 0) < end and start < (f.end or 0)
        ]
        outcome = _count_unit(unit, codes, {f.category for f in hits}, clean=clean, count=count)
        if outcome.startswith("false"):
            said = " ".join(f"{f.category}:{f.quote!r}" for f in hits)
            labels = ",".join(unit["labels"])
            lines.append(f"{outcome:13} {name}/{unit['unit']} {labels} {unit['text']!r} {said}")
    return lines


def _count_unit(
    unit: labelled.Unit, codes: list[str], said: set[str], *, clean: bool, count: Counter[str]
) -> str:
    violation = labelled.violates(unit)
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
