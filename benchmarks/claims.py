"""How fast the checker is, beside spaCy's PhraseMatcher and beside `re`: same text, same entries.

The peers find the literal entries and nothing else; the checker reads, resolves and judges. Run by
`make bench`; no database is used. Every figure is the median of several runs of one process.
"""

import dataclasses
import itertools
import re
import resource
import statistics
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType
from typing import Any

import spacy
from spacy.matcher import PhraseMatcher

from shop_content import claims
from shop_content.claims.rulebook import Rule, Rulebook

ROOT = Path(__file__).resolve().parent.parent
SIZE = 15_000  # characters of the article
ENTRIES = (100, 1_000, 10_000, 100_000)
ROUNDS = 15
SECONDS = 4.0  # a slow candidate is repeated for no longer than this
COLD = r"""
import re, time
start = time.perf_counter()
from pathlib import Path
from shop_content import claims
checker = claims.Checker(claims.read_rulebook(Path("fixtures")))
part = claims.Part(field="body", kind="body", format="text", text="Ein Satz.")
checker.check([part], language="de")
seconds = time.perf_counter() - start
peak = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
print(seconds, int(peak[1]) / 1024)
"""


def article(size: int) -> str:
    """Return the German demo copy as HTML, `size` characters, each paragraph another."""
    bodies = []
    for path in sorted((ROOT / "fixtures" / "demo").glob("*.toml")):
        with path.open("rb") as file:
            bodies.append(tomllib.load(file)["text"]["de"].get("body", ""))
    pieces, length = [], 0
    for number in itertools.count():
        pieces.append("\n".join(bodies).replace("</p>", f" Absatz {number}.</p>"))
        length += len(pieces[-1])
        if length >= size:
            return "".join(pieces)[:size]
    raise AssertionError


def entries(rulebook: Rulebook, count: int) -> list[str]:
    """Return `count` wordings "target effect" of the shipped term lists, the same every time."""
    lists = rulebook.languages["de"].lists
    plain = re.compile(r"[A-Za-zÄÖÜäöüß]{4,}")
    targets = [word for word in lists["disease"].words if plain.fullmatch(word)]
    effects = [word for row in lists.values() for word in row.words if plain.fullmatch(word)]
    pairs = (
        f"{targets[(i * 7) % len(targets)]} {effects[i % len(effects)]}" for i in itertools.count()
    )
    return list(itertools.islice(dict.fromkeys(itertools.islice(pairs, 12 * count)), count))


def with_entries(rulebook: Rulebook, wordings: list[str]) -> Rulebook:
    """Return the shipped rulebook with one more rule that holds the wordings."""
    rule = Rule("BENCH", "DIS_TREAT", tuple(wordings), (), (), apart="3")
    german = rulebook.languages["de"]
    german = dataclasses.replace(german, rules=(*german.rules, rule))
    languages = MappingProxyType({**rulebook.languages, "de": german})
    return dataclasses.replace(rulebook, languages=languages)


def milliseconds(work: Callable[[], object]) -> float:
    """Return the median time of a run, after one that does not count."""
    work()
    times: list[float] = []
    while len(times) < ROUNDS and (len(times) < 2 or sum(times) < SECONDS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000


def candidates(rulebook: Rulebook, wordings: list[str]) -> dict[str, Callable[[str], Any]]:
    """Return each way to look for the wordings in a text."""
    checker = claims.Checker(with_entries(rulebook, wordings))
    german = spacy.blank("de")
    german.max_length = 10_000_000
    matcher = PhraseMatcher(german.vocab, attr="LOWER")
    matcher.add("entries", [german.make_doc(wording) for wording in wordings])
    # The longest first, or "Stress" would hide "Stress abbauen".
    ordered = sorted(wordings, key=len, reverse=True)
    one = re.compile("|".join(map(re.escape, ordered)), re.IGNORECASE)
    loop = [re.compile(re.escape(wording), re.IGNORECASE) for wording in wordings]
    number = itertools.count()

    def check(text: str) -> object:
        return checker.check(
            [claims.Part(field="body", kind="body", format="html", text=text)], language="de"
        )

    return {
        # The checker remembers paragraphs: only in a text of new ones does it read at all.
        "checker, all new": lambda text: check(
            text.replace("Absatz", f"Absatz {next(number)} ")[:SIZE]
        ),
        "checker": check,
        "spaCy PhraseMatcher": lambda text: matcher(german(text)),
        "re alternation": lambda text: list(one.finditer(text)),
        "re.search loop": lambda text: [pattern.search(text) for pattern in loop],
    }


def _row(name: str, values: list[float], base: list[float]) -> str:
    cells = (f"{v:9.1f} {v / b:7.2f}x" for v, b in zip(values, base, strict=True))
    return f"{name:22}" + "".join(cells) + "\n"


def growth_with_entries(rulebook: Rulebook) -> None:
    """Print ms for one article, and as a multiple of the checker's, for each number of entries."""
    text = article(SIZE)
    table: dict[str, list[float]] = {}
    for count in ENTRIES:
        for name, work in candidates(rulebook, entries(rulebook, count)).items():
            table.setdefault(name, []).append(milliseconds(lambda work=work: work(text)))
    sys.stdout.write(
        f"\narticle of {SIZE:,} characters, read again; ms and multiple of the checker; "
        "all new: no paragraph was read before\n"
    )
    sys.stdout.write(f"{'entries':22}" + "".join(f"{count:>18,}" for count in ENTRIES) + "\n")
    for name, values in table.items():
        sys.stdout.write(_row(name, values, table["checker"]))
    first, last = table["checker, all new"][0], table["checker, all new"][-1]
    sys.stdout.write(
        f"growth of the checker, {ENTRIES[0]:,} to {ENTRIES[-1]:,}: {last / first:.2f}x\n"
    )


def growth_with_text(rulebook: Rulebook) -> None:
    """Print ms for a text never read before and for one read again, by length."""
    sys.stdout.write("\nshipped rulebook; ms by length of the text: new, again\n")
    for size in (SIZE // 4, SIZE, SIZE * 4, SIZE * 16):
        checker = claims.Checker(rulebook)
        warm_up = claims.Part(field="body", kind="body", format="text", text="Ein Satz.")
        checker.check([warm_up], language="de")
        part = claims.Part(field="body", kind="body", format="html", text=article(size))
        start = time.perf_counter()
        checker.check([part], language="de")
        new = (time.perf_counter() - start) * 1000
        again = milliseconds(
            lambda checker=checker, part=part: checker.check([part], language="de")
        )
        sys.stdout.write(f"{size:9,} characters {new:9.1f} {again:9.1f}\n")


def cold_start() -> None:
    """Print seconds and MB until the first check of a fresh process is done."""
    runs = []
    for _ in range(5):
        answer = subprocess.run(
            [sys.executable, "-c", COLD], cwd=ROOT, capture_output=True, text=True, check=True
        )
        runs.append(tuple(map(float, answer.stdout.split())))
    seconds, megabytes = (statistics.median(column) for column in zip(*runs, strict=True))
    sys.stdout.write(
        f"\nprocess ready, first sentence checked: {seconds:.2f} s, {megabytes:.0f} MB\n"
    )


def main() -> None:
    """Measure and print."""
    rulebook = claims.read_rulebook(ROOT / "fixtures")
    cold_start()
    growth_with_text(rulebook)
    growth_with_entries(rulebook)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(f"peak of this process with all candidates: {peak:.0f} MB\n")


if __name__ == "__main__":
    main()
