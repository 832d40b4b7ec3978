"""How long a hostile text of a megabyte keeps the checker: a process a text, seconds, megabytes.

Run by `make bench`; no database is used. The goal is two seconds a text (docs/claims.md).
"""

import json
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SIZE = 1_000_000
GOAL = 2.0
RUN = r"""
import json, re, sys, time
from pathlib import Path
from shop_content import claims
kind, text = json.load(sys.stdin)
checker = claims.Checker(claims.read_rulebook(Path("fixtures")))
checker.check([claims.Part("body", "body", "text", "Ein Satz.")], language="de")
start = time.perf_counter()
report = checker.check([claims.Part("body", "body", kind, text)], language="de")
seconds = time.perf_counter() - start
peak = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
bad = sum(text[f.start : f.end] != f.quote for f in report.findings if f.start is not None)
print(json.dumps([seconds, int(peak[1]) / 1024, len(report.findings), bad]))
"""


def _filled(piece: str) -> str:
    return (piece * (SIZE // len(piece) + 1))[:SIZE]


def _numbered(piece: str) -> str:
    made: list[str] = []
    length = 0
    while length < SIZE:
        made.append(piece.format(len(made)))
        length += len(made[-1])
    return "".join(made)[:SIZE]


def _invented() -> Iterator[str]:
    dice = random.Random(1)  # noqa: S311 -- a sample, no secret
    letters = "abcdefghijklmnopqrstuvwxyzäöüß"
    while True:
        yield "".join(dice.choices(letters, k=12)) + " "


def _words() -> str:
    words, length = [], 0
    for word in _invented():
        words.append(word)
        length += len(word)
        if length >= SIZE:
            return "".join(words)[:SIZE]
    raise AssertionError


TEXTS: dict[str, tuple[str, Callable[[], str]]] = {
    "80,000 invented words": ("text", _words),
    "one word 100,000 times": ("text", lambda: _filled("Magnesium ")),
    "one letter": ("text", lambda: _filled("a")),
    "one compound of complaints": ("text", lambda: _filled("schmerz")),
    "violations in one paragraph": (
        "text",
        lambda: _numbered("Mg lindert Schmerz {} und "),
    ),
    "violations, a sentence each": ("text", lambda: _numbered("Magnesium lindert Schmerz {}. ")),
    "the same violation": ("text", lambda: _filled("Magnesium lindert jeden Kopfschmerz. ")),
    "numbered paragraphs": ("html", lambda: _numbered("<p>Absatz {} hilft.</p>")),
    "paragraphs of a letter": ("html", lambda: _filled("<p>a")),
    "headings and items": ("html", lambda: _numbered("<h2>Schlaf {}</h2><li>Krämpfe")),
    "nested tags": ("html", lambda: _filled("<b>")),
    "tags left open": ("html", lambda: _filled("<a href='")),
    "entities": ("html", lambda: _filled("&#115;")),
    "invisible letters": ("text", lambda: _filled("M\u200ba\u00adg\u2060")),
    "letters apart": ("text", lambda: _filled("s c h m e r z ")),
    "digits for letters": ("text", lambda: _filled("5chm3r2 k0pf5chm3r2 ")),
    "commas": ("text", lambda: _filled("Schlaf, Stress, ")),
    "quotation marks": ("text", lambda: _filled("„Schmerz “")),
    "abbreviations": ("text", lambda: _filled("z. B. Dr. med. ")),
    "Markdown stars": ("markdown", lambda: _filled("*a**b***")),
    "Markdown brackets": ("markdown", lambda: _filled("[a](")),
    "Markdown quotes": ("markdown", lambda: _filled("> ")),
}


def main() -> int:
    """Print a line a text; return 1 when one takes longer than the goal."""
    missed = 0
    sys.stdout.write(f"{'1 MB of':32}{'seconds':>9}{'MB':>7}{'findings':>10}{'bad spans':>11}\n")
    for name, (kind, make) in TEXTS.items():
        done = subprocess.run(
            [sys.executable, "-c", RUN],
            input=json.dumps([kind, make()]),
            capture_output=True,
            text=True,
            cwd=ROOT,
            check=True,
        )
        seconds, megabytes, findings, bad = json.loads(done.stdout)
        late = seconds > GOAL
        missed += late
        sys.stdout.write(
            f"{name:32}{seconds:9.2f}{megabytes:7.0f}{findings:10}{bad:11}{'  missed' * late}\n"
        )
        sys.stdout.flush()
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
