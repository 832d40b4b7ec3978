"""Renderings are kept as they were served; what is live is counted whoever writes."""

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from shop_content.models import Generation, Release, RulebookVersion, Touched
from tests.factories import make_article, make_released
from tests.models.test_constraints import copy
from tests.models.test_guards import T, refusal, run_sql

pytestmark = pytest.mark.django_db


@pytest.fixture
def live(alice: User, rulebook: RulebookVersion) -> Release:
    return make_released(make_article(by=alice, slug="dose"), by=alice)


@pytest.mark.parametrize("sql", ["UPDATE {} SET etag = ''", "DELETE FROM {}", "TRUNCATE {}"])
def test_rendering_is_append_only(live: Release, sql: str) -> None:
    name = "rendering_no_truncate" if sql.startswith("TRUNC") else "rendering_append_only"
    run_sql("SET CONSTRAINTS ALL IMMEDIATE")
    assert refusal(sql.format(f"{T}rendering")) == name


def test_rendering_is_of_its_bytes_and_release(live: Release) -> None:
    assert refusal(*copy("rendering")) == "rendering_once_per_generation"
    names = copy("rendering")[0].split("(")[1].split(")")[0]
    forged = names.replace("body", "'<p>anything</p>'::bytea")
    assert refusal(*copy("rendering", forged)) == "rendering_etag_is_of_bytes"
    nameless = names.replace("releases", "'{}'").replace("generation", "generation + 1")
    assert refusal(*copy("rendering", nameless)) == "rendering_names_its_release"


def test_raw_sql_counts_and_touches_like_a_release(live: Release) -> None:
    before = Generation.objects.get().seq
    run_sql(
        f"UPDATE {T}release SET is_live = false, ended_at = %s, withdrawal_reason = 'x'",
        timezone.now(),
    )
    run_sql("SET CONSTRAINTS ALL IMMEDIATE")
    assert Generation.objects.get().seq == before + 1
    said = Touched.objects.filter(seq__lte=before).values_list("token", flat=True)
    uuid = live.data["id"]
    words = {"slug/dose", f"id/{uuid}", f"author/{live.data['author']['id']}"}
    assert set(said) == words | {f"de {word}" for word in words}
