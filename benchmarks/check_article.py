"""How long the checker takes for a 15 KB article, beside a loop of `re.search` over its words.

The loop is what a list of banned words costs; it finds words, no claims. No database is used.
"""

import re
import statistics
import sys
import time
import tomllib
from collections.abc import Callable
from pathlib import Path

from shop_content import claims

ROOT = Path(__file__).resolve().parent.parent
SIZE = 15_000  # characters of the article
ROUNDS = 20


def article() -> str:
    """Return the German demo copy, repeated up to SIZE characters."""
    bodies = []
    for path in sorted((ROOT / "fixtures" / "demo").glob("*.toml")):
        with path.open("rb") as file:
            bodies.append(tomllib.load(file)["text"]["de"].get("body", ""))
    text = "\n".join(bodies)
    return (text * (SIZE // len(text) + 1))[:SIZE]


def milliseconds(work: Callable[[], object]) -> float:
    """Return the median of ROUNDS runs, after one that does not count."""
    work()
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000


def main() -> None:
    """Measure and print."""
    start = time.perf_counter()
    rulebook = claims.read_rulebook(ROOT / "fixtures")
    checker = claims.Checker(rulebook)
    text = article()
    part = claims.Part(field="body", kind="body", format="html", text=text)
    first = checker.check([part], language="de")
    ready = (time.perf_counter() - start) * 1000
    lists = rulebook.languages["de"].lists.values()
    words = [re.compile(re.escape(word), re.IGNORECASE) for row in lists for word in row.words]
    rows = [
        (f"rulebook read, compiled, first check ({len(first.findings)} findings)", ready),
        ("checker, warm", milliseconds(lambda: checker.check([part], language="de"))),
        (f"re.search, {len(words)} words", milliseconds(lambda: [w.search(text) for w in words])),
    ]
    for name, value in rows:
        sys.stdout.write(f"{value:9.1f} ms  {name}\n")


if __name__ == "__main__":
    main()
