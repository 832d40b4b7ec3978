"""manage.py check_text: check files from the command line, without a database."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from shop_content import claims

_FORMATS = {".html": "html", ".htm": "html", ".md": "markdown", ".markdown": "markdown"}
_STDIN = "-"
CLEAN, FOUND, UNUSABLE = 0, 1, 2


class Command(BaseCommand):
    """Exit codes: 0 clean, 1 findings of severity block or warn, 2 unusable input."""

    help = "Check texts (.html, .md, .txt, or - for standard input) for health claims."
    requires_system_checks = []  # noqa: RUF012 -- as Django declares it

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("files", nargs="+", metavar="FILE")
        parser.add_argument("--language", required=True, help="language of the texts, e.g. de")
        parser.add_argument("--format", choices=["text", "json"], default="text")
        parser.add_argument(
            "--active",
            action="store_true",
            help="use the active rulebook version of the database instead of the shipped rulebook",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Check every file; print one report a file."""
        try:
            checker = claims.Checker(_rulebook(active=options["active"]))
            checker.check((), language=options["language"])
        except claims.ClaimsError as error:
            self.stderr.write(str(error))
            sys.exit(UNUSABLE)
        code, count = CLEAN, 0
        for path in options["files"]:
            try:
                text = _read(path)
            except (OSError, UnicodeDecodeError) as error:
                reason = "not UTF-8" if isinstance(error, UnicodeDecodeError) else error.strerror
                self.stderr.write(f"{path}: {reason}")
                code = UNUSABLE
                continue
            kind = _FORMATS.get(Path(path).suffix.lower(), "text")
            part = claims.Part("body", "body", kind, text)
            report = checker.check([part], language=options["language"])
            rows = [_row(finding, text) for finding in report.findings]
            count += len(rows)
            if options["format"] == "json":
                self._json(path, report, rows)
            else:
                self._lines(path, rows)
            if report.verdict != "clean" and code == CLEAN:
                code = FOUND
        if options["format"] == "text":
            self.stdout.write(f"{len(options['files'])} files, {count} findings")
        sys.exit(code)

    def _json(self, path: str, report: claims.Report, rows: list[dict[str, Any]]) -> None:
        document = {
            "path": path,
            "language": report.language,
            "rulebook": report.rulebook,
            "verdict": report.verdict,
            "findings": rows,
        }
        self.stdout.write(json.dumps(document, ensure_ascii=False))

    def _lines(self, path: str, rows: list[dict[str, Any]]) -> None:
        for row in rows:
            quote = " ".join(row["quote"].split())
            message = row["message"]["en"]
            place = f"{path}:{row['line']}:{row['column']}"
            self.stdout.write(
                f'{place}: {row["severity"]} {row["category"]} {row["rule"]} "{quote}" {message}'
            )


def _rulebook(*, active: bool) -> claims.Rulebook:
    if not active:
        return claims.read_rulebook(settings.FIXTURES_ROOT)
    from shop_content.models import RulebookVersion  # noqa: PLC0415 -- only this way needs a database

    try:
        row = RulebookVersion.objects.get(is_active=True)
    except RulebookVersion.DoesNotExist as error:
        raise claims.RulebookInvalid("no rulebook version is active") from error
    return claims.Rulebook.from_source(row.source)


def _read(path: str) -> str:
    if path == _STDIN:
        return sys.stdin.buffer.read().decode("utf-8")
    return Path(path).read_bytes().decode("utf-8")


def _row(finding: claims.Finding, text: str) -> dict[str, Any]:
    start = finding.start
    before = text[:start] if start is not None else None
    return {
        "rule": finding.rule,
        "category": finding.category,
        "severity": finding.severity,
        "start": start,
        "end": finding.end,
        "line": None if before is None else before.count("\n") + 1,
        "column": None if before is None else len(before) - before.rfind("\n"),
        "quote": finding.quote,
        "message": dict(finding.message),
        "legal_basis": finding.legal_basis,
        "suggestions": list(finding.suggestions),
    }
