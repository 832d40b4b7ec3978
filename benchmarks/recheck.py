"""How fast a changed rulebook finds its candidates: by the index, and by reading every text.

100,000 German articles are put together at random from the labelled sentences, each sentence a
paragraph. A sentence is read once and its ids are joined, as reading the whole article would give
them. The rows are copied in past the triggers, all checked, clean and without findings. Run by
`make bench`.
"""

import hashlib
import io
import json
import os
import random
import statistics
import subprocess
import sys
import time
import uuid
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
ARTICLES = int(os.environ.get("BENCH_REVISIONS", "100000"))
SENTENCES = 120  # an article, about 12,000 characters
SAMPLE = 60  # texts that are read in full
ROUNDS = 7
GOAL_MS = 1_000
Edit = Callable[[dict[str, Any]], object]


def say(line: str) -> None:
    """Print a figure as soon as it is known."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def pool() -> list[str]:
    """Return the labelled German sentences."""
    found = set()
    for path in sorted((ROOT / "tests" / "claims" / "corpus").glob("*_de.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            found.add(str(json.loads(line)["text"]))
    return sorted(text for text in found if 30 < len(text) < 300)


def content(body: str, number: int) -> str:
    """Return the canonical content of a revision."""
    text = {
        "kind": "article", "locale": "de", "title": f"Text {number}", "slug": f"text-{number}",
        "teaser": "", "body": body, "seo_title": "", "seo_description": "", "image": None,
        "headings": [], "author": {"id": 1, "name": "Mia Muster", "role": ""}, "topic": None,
        "tags": [], "products": [], "related": [], "citations": [],
    }  # fmt: skip
    return json.dumps(text, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def fill(checker: Any, rulebook: Any, sentences: list[str]) -> Counter[str]:
    """Store the articles with their checks and ids; return how many sentences have a word."""
    from django.contrib.auth.models import User  # noqa: PLC0415 -- Django is set up by main
    from django.db import connection  # noqa: PLC0415

    from shop_content import claims  # noqa: PLC0415
    from shop_content.models import Author  # noqa: PLC0415

    chance = random.Random(1)  # noqa: S311 -- the same articles every time
    author = Author.objects.create(name="Mia Muster")
    writer = User.objects.create_user("writer")
    frequent: Counter[str] = Counter()
    ids = []
    for text in sentences:
        part = claims.Part("body", "body", "html", f"<p>{text}</p>")
        roots = claims.roots_of(checker, [part], language="de")
        frequent.update(roots.words)
        ids.append(frozenset(roots.ids))
    rows = {name: io.StringIO() for name in ("article", "revision", "checkrun", "roots")}
    now = "2026-01-01 00:00:00+00"
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("DROP INDEX roots_ids")
        for number in range(1, ARTICLES + 1):
            chosen = chance.sample(range(len(sentences)), SENTENCES)
            text = content("".join(f"<p>{sentences[i]}</p>" for i in chosen), number)
            digest = "sha256:" + hashlib.sha256(text.encode()).hexdigest()
            found = sorted(frozenset().union(*(ids[i] for i in chosen)))
            kept = text.replace("\\", "\\\\").replace("\t", " ").replace("\n", " ")
            row = f"{number}\t{uuid.UUID(int=number)}\t{now}\t{author.pk}\n"
            rows["article"].write(row)
            rows["revision"].write(
                f"{number}\tde\t1\t{kept}\t{digest}\t{{{writer.pk}}}\t{now}\t{number}\t{writer.pk}\n"
            )
            rows["checkrun"].write(
                f"{number}\t{digest}\t{rulebook.pk}\t{claims.ENGINE_VERSION}\tbulk\tdone\t1\t{now}"
                f"\t{now}\tclean\t0\t\t{number}\n"
            )
            rows["roots"].write(f"{number}\t{number}\t{{{','.join(map(str, found))}}}\n")
            if number % 2_000 == 0 or number == ARTICLES:
                copy(cursor, rows)
                rows = {name: io.StringIO() for name in rows}
        words = [f"de\t{word}\n" for word in frequent]
        with cursor.copy("COPY shop_content_word (language, text) FROM STDIN") as stream:
            stream.write("".join(words))
        cursor.execute("SET maintenance_work_mem = '1GB'")
        start = time.perf_counter()
        cursor.execute("CREATE INDEX roots_ids ON shop_content_roots USING gin (ids)")
        say(f"index built in {time.perf_counter() - start:.0f} s")
        for table in ("revision", "checkrun"):
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('shop_content_{table}', 'id'), %s)",
                [ARTICLES + 1],
            )
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("ANALYZE")
    return frequent


COLUMNS = {
    "article": "id, uuid, created_at, author_id",
    "revision": "id, locale, number, content, content_hash, authors, submitted_at, article_id, "
    "submitted_by_id",
    "checkrun": "id, content_hash, rulebook_id, engine, lane, state, attempts, queued_at, "
    "finished_at, verdict, undecided, error, revision_id",
    "roots": "revision_id, check_run_id, ids",
}


def copy(cursor: Any, rows: dict[str, io.StringIO]) -> None:
    """Copy the collected rows in."""
    for table, text in rows.items():
        with cursor.copy(f"COPY shop_content_{table} ({COLUMNS[table]}) FROM STDIN") as stream:
            stream.write(text.getvalue())


def word_of(frequent: Counter[str], share: float, sentences: int) -> str:
    """Return a word that about this share of the articles has."""
    wanted = max(1.0, share * sentences / SENTENCES)
    fitting = [word for word in frequent if word.isalpha() and len(word) > 6]
    return min(sorted(fitting), key=lambda word: abs(frequent[word] - wanted))


def rule(*phrases: str) -> Edit:
    """Return the edit that adds a rule."""
    made = {
        "id": "de.bench.new", "category": "DIS_TREAT", "phrases": list(phrases), "carrier": "none",
        "must_hit": ["x"], "must_not_hit": ["y"],
    }  # fmt: skip
    return lambda source: source["languages"]["de"]["rules"].append(made)


def edits(frequent: Counter[str], sentences: int) -> dict[str, Edit]:
    """Return the changes to measure."""
    rare, some, common = (word_of(frequent, share, sentences) for share in (0.01, 0.05, 0.3))
    language = "languages", "de"

    def into_list(source: dict[str, Any]) -> None:
        source[language[0]][language[1]]["lists"]["disease"]["words"].append(some)

    def severity(source: dict[str, Any]) -> None:
        rules = source[language[0]][language[1]]["rules"]
        rules[len(rules) // 2]["severity"] = "info"

    return {
        "new rule: a word nobody uses": rule("Einhornstaub"),
        f"new rule: a rare word ({rare})": rule(rare),
        f"new rule: two words ({some} {common})": rule(f"{some} {common}"),
        f"term list: one more word ({some})": into_list,
        "severity of one rule": severity,
        "new rule: a disease beside a carrier": rule("@disease @carrier"),
    }


def measure(before: Any, versions: dict[str, Any]) -> list[float]:
    """Print what each change costs by the index; return the medians in ms."""
    from shop_content import claims  # noqa: PLC0415
    from shop_content.queries.candidates import touching, words_with  # noqa: PLC0415
    from shop_content.workflow.carry import plan  # noqa: PLC0415
    from shop_content.workflow.check import checker_of  # noqa: PLC0415

    medians = []
    for name, version in versions.items():
        checker_of.cache_clear()
        old, new = checker_of(before.pk), checker_of(version.pk)
        for one in (old, new):
            one.language("de")  # compiled before: an activation needs it anyway
        times, found = [], set()
        for _ in range(ROUNDS):
            start, busy = time.perf_counter(), time.process_time()
            change = claims.Change(old, new, "de")
            candidates = change.candidates(words_with("de", change.stems))
            compared = time.perf_counter()
            found = set(touching(candidates).values_list("revision", flat=True))
            ended, busy = time.perf_counter(), time.process_time() - busy
            times.append((ended - start, compared - start, ended - compared, busy))
        columns = zip(*times, strict=True)
        total, comparing, looking, busy = (1000 * statistics.median(column) for column in columns)
        medians.append(total)
        start = time.perf_counter()
        whole = plan(before, version) or sys.exit("no plan")
        seconds = time.perf_counter() - start
        say(
            f"{name}: {len(found)} candidates, {total:.0f} ms (compare the versions "
            f"{comparing:.0f}, ask the index {looking:.0f}; {busy:.0f} ms of processor); with "
            f"who counts at all {seconds:.1f} s, everything: {whole.everything or 'no'}"
        )
        wrong = differing(old, new, found)
        say(f"  of at most {SAMPLE} texts left out {wrong} are judged otherwise")
        if wrong:
            sys.exit("a text was left out that the change touches")
    return medians


def differing(old: Any, new: Any, candidates: set[int]) -> int:
    """Return how many of a sample of the others are judged otherwise after all."""
    from shop_content.models import Revision  # noqa: PLC0415
    from shop_content.queries.drafts import facts_of, parts_of  # noqa: PLC0415

    others = Revision.objects.exclude(pk__in=list(candidates)).order_by("-pk")
    count = 0
    for revision in others[:SAMPLE]:
        data = revision.data
        reports = [
            one.check(parts_of(data), language="de", facts=facts_of(data)) for one in (old, new)
        ]
        count += reports[0].findings != reports[1].findings
    return count


def scan(version: Any) -> float:
    """Print what reading a sample in full costs; return the seconds for all, reckoned from it."""
    from shop_content.models import Revision  # noqa: PLC0415
    from shop_content.queries.drafts import facts_of, parts_of  # noqa: PLC0415
    from shop_content.workflow.check import checker_of  # noqa: PLC0415

    checker_of.cache_clear()
    checker = checker_of(version.pk)
    times = []
    for revision in Revision.objects.order_by("pk")[: 2 * SAMPLE].iterator():
        start = time.perf_counter()
        data = revision.data
        checker.check(parts_of(data), language="de", facts=facts_of(data))
        times.append(1000 * (time.perf_counter() - start))
    median = statistics.median(times[SAMPLE:])
    say(
        f"reading every text: {median:.1f} ms a text (median of {SAMPLE}, after {SAMPLE} others), "
        f"for {ARTICLES} reckoned {median * ARTICLES / 1000:.0f} s on one core"
    )
    return median * ARTICLES / 1000


def writing() -> None:
    """Print the size of the index and what a check pays for it."""
    from django.db import connection, transaction  # noqa: PLC0415

    from shop_content.models import CheckRun, Roots  # noqa: PLC0415
    from shop_content.workflow.check import judge, roots_of  # noqa: PLC0415
    from shop_content.workflow.note import note  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_relation_size('roots_ids'), pg_total_relation_size('shop_content_roots')"
            " - pg_relation_size('roots_ids'), pg_total_relation_size('shop_content_revision'),"
            " pg_total_relation_size('shop_content_word'),"
            " (SELECT count(*) FROM shop_content_word),"
            " (SELECT avg(cardinality(ids)) FROM (SELECT ids FROM shop_content_roots LIMIT 999) r)"
        )
        index, rows, texts, vocabulary, words, ids = cursor.fetchone()
    mb = 1 << 20
    say(
        f"index {index / mb:.0f} MB, ids {rows / mb:.0f} MB ({ids:.0f} a text), vocabulary "
        f"{vocabulary / mb:.1f} MB ({words} words); the texts {texts / mb:.0f} MB"
    )
    reading, storing, anew = [], [], []
    for run in CheckRun.objects.select_related("revision").order_by("-pk")[:100]:
        judge(run)
        start = time.perf_counter()
        roots = roots_of(run)
        read = time.perf_counter()
        with transaction.atomic():
            note(run, roots)
        stored = time.perf_counter()
        Roots.objects.filter(pk=run.revision_id).delete()
        begun = time.perf_counter()
        with transaction.atomic():
            note(run, roots)
        anew.append(1000 * (time.perf_counter() - begun))
        reading.append(1000 * (read - start))
        storing.append(1000 * (stored - read))
    say(
        f"a check pays {statistics.median(reading):.1f} ms to collect the ids, "
        f"{statistics.median(anew):.1f} ms to store those of a new revision, "
        f"{statistics.median(storing):.1f} ms when they are the same as before"
    )


def activation(version: Any) -> None:
    """Print what a whole activation takes, carrying over included."""
    from shop_content.models import CheckRun  # noqa: PLC0415
    from shop_content.workflow.activate import activate  # noqa: PLC0415

    start = time.perf_counter()
    activate(version)
    seconds = time.perf_counter() - start
    runs = CheckRun.objects.filter(rulebook=version)
    say(
        f"activation: {seconds:.1f} s, {runs.exclude(carried_from=None).count()} carried over, "
        f"{runs.filter(state='queued').count()} queued"
    )


def main() -> None:
    """Fill the database, measure both ways, compare with the goal."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop_content.settings")
    subprocess.run([sys.executable, "manage.py", "migrate", "-v", "0"], cwd=ROOT, check=True)
    import django  # noqa: PLC0415

    django.setup()
    from django.conf import settings  # noqa: PLC0415

    from shop_content import claims  # noqa: PLC0415
    from shop_content.workflow.activate import activate, store_version  # noqa: PLC0415
    from shop_content.workflow.check import checker_of  # noqa: PLC0415

    before = activate(store_version(claims.read_rulebook(settings.FIXTURES_ROOT)))
    sentences = pool()
    start = time.perf_counter()
    frequent = fill(checker_of(before.pk), before, sentences)
    say(
        f"{ARTICLES} articles of {SENTENCES} of {len(sentences)} sentences, "
        f"stored in {time.perf_counter() - start:.0f} s"
    )
    versions = {}
    for name, edit in edits(frequent, len(sentences)).items():
        source = json.loads(before.source)
        edit(source)
        versions[name] = store_version(claims.Rulebook.from_source(json.dumps(source)))
    medians = measure(before, versions)
    writing()
    seconds = scan(before)
    median = statistics.median(medians)
    say(f"index: median {median:.0f} ms; {1000 * seconds / median:.0f} times faster than reading")
    activation(list(versions.values())[1])
    if median > GOAL_MS:
        sys.exit(f"the goal is {GOAL_MS} ms")


if __name__ == "__main__":
    main()
