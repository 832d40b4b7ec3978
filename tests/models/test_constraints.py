"""Each named constraint of a table is broken by raw SQL, and none is left out."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone

from shop_content.models import (
    Address,
    Article,
    ArticleProduct,
    ArticleRelation,
    CheckRun,
    Citation,
    Product,
    RulebookVersion,
)
from shop_content.models.states import Outcome
from shop_content.workflow.review import decide
from shop_content.workflow.submit import submit
from tests.factories import VIOLATING, make_article, make_checked, make_product, make_released
from tests.models.test_guards import (
    T,
    decision_row,
    finding_row,
    insertion,
    put,
    refusal,
    release_row,
    revision_row,
    run_sql,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def article(alice: User) -> Article:
    return make_article(by=alice)


@pytest.fixture
def product(alice: User) -> Product:
    return make_product(by=alice)


def copy(table: str, change: str = "") -> tuple[str]:
    """Return the statement that writes the only row of a table once more."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s"
            " AND column_name <> 'id' ORDER BY ordinal_position",
            [T + table],
        )
        names = ", ".join(name for (name,) in cursor.fetchall())
    return (f"INSERT INTO {T}{table} ({names}) SELECT {change or names} FROM {T}{table}",)


@pytest.mark.parametrize(
    ("sql", "name"),
    [
        ("UPDATE {T}product SET units_per_day = 0", "product_has_portions"),
        ("UPDATE {T}product SET portions_per_pack = 0", "product_has_portions"),
        ("UPDATE {T}salt SET elemental_mg = salt_mg", "salt_elemental_is_part_of_mass"),
        ("UPDATE {T}salt SET elemental_mg = 0", "salt_elemental_is_part_of_mass"),
        ("UPDATE {T}producttranslation SET teaser = 'x'", "draft_is_not_stale"),
    ],
)
def test_product_data_is_sound(product: Product, sql: str, name: str) -> None:
    assert refusal(sql.format(T=T)) == name


def test_each_compound_once(product: Product) -> None:
    assert refusal(*copy("salt")) == "salt_once_per_product"


@pytest.mark.parametrize(
    ("make", "table", "name"),
    [
        (make_article, "articletranslation", "article_slug_once_per_locale"),
        (make_product, "producttranslation", "product_slug_once_per_locale"),
    ],
)
def test_slug_once_per_locale(
    alice: User, make: Callable[..., Any], table: str, name: str
) -> None:
    make(by=alice, slug="eins")
    make(by=alice, slug="zwei")
    assert refusal(f"UPDATE {T}{table} SET slug = 'eins', version = version + 1") == name


def test_links_of_an_article_once_each(article: Article, product: Product, alice: User) -> None:
    ArticleProduct.objects.create(article=article, product=product)
    ArticleRelation.objects.create(article=article, other=make_article(by=alice))
    Citation.objects.create(article=article, key="a", title="A")
    assert refusal(*copy("articleproduct")) == "product_once_per_article"
    assert refusal(*copy("articlerelation")) == "related_once_per_article"
    assert refusal(*copy("citation")) == "citation_key_once_per_article"


def test_article_is_not_related_to_itself(article: Article) -> None:
    row = {"article_id": article.pk, "other_id": article.pk, "position": 1}
    assert refusal(*insertion("articlerelation", row)) == "related_is_another_article"


@pytest.mark.parametrize("kind", ["article", "product"])
def test_revision_number_once(
    rulebook: RulebookVersion, alice: User, request: pytest.FixtureRequest, kind: str
) -> None:
    revision = submit(request.getfixturevalue(kind), locale="de", by=alice)
    row = revision_row(
        revision,
        number=revision.number,
        article_id=revision.article_id,
        product_id=revision.product_id,
    )
    assert refusal(*insertion("revision", row)) == f"revision_number_once_per_{kind}"


@pytest.mark.parametrize("both", [True, False])
def test_one_subject_each(
    rulebook: RulebookVersion, alice: User, article: Article, product: Product, both: bool
) -> None:
    live = make_released(article, by=alice)
    revision = live.revision
    subjects = {
        "article_id": article.pk if both else None,
        "product_id": product.pk if both else None,
    }
    assert refusal(*insertion("revision", revision_row(revision, **subjects))) == (
        "revision_has_one_subject"
    )
    row = {"locale": "de", "slug": "neu", "first_released_at": timezone.now()} | subjects
    columns = {field.column for field in Address._meta.concrete_fields}
    row = {name: value for name, value in row.items() if name in columns}
    assert refusal(*insertion("address", row)) == "address_has_one_subject"


def test_release_has_one_subject_is_held_by_its_revision(
    rulebook: RulebookVersion, alice: User, article: Article, product: Product
) -> None:
    run = make_checked(article, by=alice)
    run_sql(f"ALTER TABLE {T}release DISABLE TRIGGER release_is_sound")
    row = release_row(run, alice, product_id=product.pk)
    assert refusal(*insertion("release", row)) == "release_has_one_subject"
    run_sql(f"ALTER TABLE {T}release ENABLE TRIGGER release_is_sound")


@pytest.mark.parametrize("kind", ["article", "product"])
def test_address_once_per_locale(
    rulebook: RulebookVersion,
    alice: User,
    bob: User,
    request: pytest.FixtureRequest,
    kind: str,
) -> None:
    run = make_checked(request.getfixturevalue(kind), by=alice)
    approve_if_needed(run, bob)
    release_of(run, alice)
    assert refusal(*copy("address")) == f"address_once_per_locale_{kind}"


def approve_if_needed(run: CheckRun, bob: User) -> None:
    if run.verdict != "clean":
        decide(
            run.revision,
            by=bob,
            outcome=Outcome.APPROVED,
            reason="So.",
            content_hash=run.content_hash,
            rulebook=run.rulebook.digest,
        )


def release_of(run: CheckRun, alice: User) -> None:
    from shop_content.workflow.release import release  # noqa: PLC0415 -- the verb, not the row

    release(run.revision, by=alice)


def test_one_live_release_per_product(
    rulebook: RulebookVersion, alice: User, bob: User, product: Product
) -> None:
    run = make_checked(product, by=alice)
    approve_if_needed(run, bob)
    release_of(run, alice)
    assert refusal(*copy("release")) == "release_one_live_per_product"


def test_end_of_a_release_is_dated(
    rulebook: RulebookVersion, alice: User, article: Article
) -> None:
    make_released(article, by=alice)
    assert refusal(f"UPDATE {T}release SET is_live = false") == "release_end_is_dated"


def test_decision_is_once_and_with_a_reason(
    rulebook: RulebookVersion, alice: User, bob: User
) -> None:
    run = make_checked(make_article(by=alice, body=VIOLATING), by=alice)
    empty = decision_row(run, bob, reason=" \n")
    assert refusal(*insertion("decision", empty)) == "decision_has_reason"
    run_sql(*insertion("decision", decision_row(run, bob)))
    again = decision_row(run, bob)
    assert refusal(*insertion("decision", again)) == "decision_once_per_reviewer"


def test_decision_names_the_run_of_its_own_revision(
    rulebook: RulebookVersion, alice: User, bob: User
) -> None:
    one = make_checked(make_article(by=alice, body=VIOLATING), by=alice)
    other = make_checked(make_article(by=alice, body=VIOLATING), by=alice)
    row = decision_row(one, bob, check_run_id=other.pk)
    run_sql("SET CONSTRAINTS ALL IMMEDIATE")
    assert refusal(*insertion("decision", row)) == "decision_on_this_run"


def test_release_needs_approval_not_any_decision(
    rulebook: RulebookVersion, alice: User, bob: User
) -> None:
    refused = make_checked(make_article(by=alice, body=VIOLATING), by=alice)
    run_sql(*insertion("decision", decision_row(refused, bob, outcome="changes_requested")))
    decision = refused.decisions.get()
    run = make_checked(make_article(by=alice, body=VIOLATING), by=alice)
    row = release_row(run, alice, decision_id=decision.pk)
    assert refusal(*insertion("release", row)) == "release_needs_approval"


def test_check_run_once_and_whole(
    rulebook: RulebookVersion, alice: User, article: Article
) -> None:
    queued = submit(article, locale="de", by=alice).check_runs.get()
    assert refusal(*copy("checkrun")) == "check_run_one_effect"
    running = f"UPDATE {T}checkrun SET state = 'running', leased_until = NULL"
    assert refusal(running) == "check_run_running_has_lease"
    put(queued, "running")
    done = f"UPDATE {T}checkrun SET state = 'done', verdict = 'clean', finished_at = NULL"
    assert refusal(done) == "check_run_verdict_iff_done"


def test_check_run_is_of_the_bytes_of_its_revision(
    rulebook: RulebookVersion, alice: User, article: Article
) -> None:
    submit(article, locale="de", by=alice)
    run_sql("SET CONSTRAINTS ALL IMMEDIATE")
    names = copy("checkrun")[0].split("(")[1].split(")")[0]
    changed = names.replace("content_hash", "'sha256:0'").replace("engine", "'other'", 1)
    assert refusal(*copy("checkrun", changed)) == "check_run_of_these_bytes"


def test_finding_is_once_and_its_span_whole(
    rulebook: RulebookVersion, alice: User, article: Article
) -> None:
    run = submit(article, locale="de", by=alice).check_runs.get()
    put(run, "running")
    row = finding_row(run)
    for start, end in ((3, 3), (3, None), (None, 3)):
        broken = row | {"start": start, "end": end}
        names = ", ".join(f'"{name}"' for name in broken)
        marks = ", ".join(["%s"] * len(broken))
        sql = f"INSERT INTO {T}finding ({names}) VALUES ({marks})"
        assert refusal(sql, *broken.values()) == "finding_span_is_whole"
    run_sql(*insertion("finding", row))
    assert refusal(*insertion("finding", row)) == "finding_once_per_run"


def test_comment_is_shown_only_when_judged(article: Article) -> None:
    article.comments.create(locale="de", name="Mia", text="Schön.")
    assert refusal(f"UPDATE {T}comment SET state = 'shown'") == "comment_shown_was_judged"


# Keys that other keys refer to: they cannot be broken by themselves.
REFERRED_TO = {"revision_id_with_hash", "check_run_id_with_what", "decision_id_with_run"}


def test_every_named_constraint_is_broken_by_a_test() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint JOIN pg_class ON conrelid = pg_class.oid"
            " WHERE relname LIKE 'shop_content_%' AND contype IN ('c', 'u', 'f')"
            " AND conname NOT LIKE 'shop_content_%'"
            " UNION SELECT indexname FROM pg_indexes WHERE tablename LIKE 'shop_content_%'"
            " AND indexdef LIKE 'CREATE UNIQUE%' AND indexname NOT LIKE 'shop_content_%'"
        )
        names = {name for (name,) in cursor.fetchall()}
    sources = "".join(
        path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py")
    )
    prefixes = {"revision_number_once_per", "address_once_per_locale"}
    untested = {
        name
        for name in names - REFERRED_TO
        if f'"{name}"' not in sources and name.rsplit("_", 1)[0] not in prefixes
    }
    assert len(names) > 20
    assert untested == set()
