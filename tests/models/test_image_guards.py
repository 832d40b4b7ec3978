"""Images and renditions are written once; raw SQL is refused by name."""

import json

import pytest
from django.contrib.auth.models import User

from shop_content.models import Article, Image, ReleaseImage, RulebookVersion
from shop_content.workflow.encode import encode
from tests.factories import (
    make_article,
    make_checked,
    make_image,
    make_ready_image,
    make_released,
)
from tests.models.test_constraints import copy
from tests.models.test_guards import T, insertion, refusal, release_row, run_sql

pytestmark = pytest.mark.django_db


@pytest.fixture
def image(alice: User) -> Image:
    return make_image(by=alice)


def changed(table: str, column: str, value: str) -> str | None:
    """Return the guard that refuses a second row which differs in one column."""
    names = copy(table)[0].split("(")[1].split(")")[0]
    renamed = ", ".join(value if name == column else name for name in names.split(", "))
    return refusal(*copy(table, renamed))


@pytest.mark.parametrize(
    ("column", "value", "name"),
    [
        ("width", "0", "image_has_pixels"),
        ("height", "0", "image_has_pixels"),
        ("focal_x", "1.01", "image_focal_is_inside"),
        ("focal_y", "'NaN'::float8", "image_focal_is_inside"),
        ("digest", "'../etc'", "image_digest_is_sha256"),
        ("dominant_colour", "'url(x)'", "image_has_colour"),
    ],
)
def test_an_image_is_sound(image: Image, column: str, value: str, name: str) -> None:
    assert changed("image", column, value) == name


def test_an_image_is_immutable_but_for_its_focal_point(image: Image) -> None:
    run_sql(f"UPDATE {T}image SET focal_x = 0.1, focal_y = 1")
    for change in ("name = 'x'", "digest = repeat('0', 64)", "width = 9", "added_by_id = 9"):
        assert refusal(f"UPDATE {T}image SET {change}") == "image_is_frozen"


def test_a_rendition_is_once_per_size_and_whole(image: Image) -> None:
    assert refusal(*copy("rendition")) == "rendition_once_per_image"
    assert refusal(f"UPDATE {T}rendition SET made_at = now()") == "rendition_made_has_bytes"
    assert refusal(f"UPDATE {T}rendition SET size = 1") == "rendition_made_has_bytes"


def test_a_rendition_is_made_once(image: Image) -> None:
    assert refusal(f"UPDATE {T}rendition SET width = 9") == "rendition_is_made_once"
    encode(image.pk)
    for change in ("attempts = 0", "digest = repeat('0', 64)", "made_at = NULL, size = 0"):
        assert refusal(f"UPDATE {T}rendition SET {change}") == "rendition_is_made_once"


@pytest.mark.parametrize("table", ["image", "rendition"])
def test_images_stay(image: Image, table: str) -> None:
    run_sql("SET CONSTRAINTS ALL IMMEDIATE")
    assert refusal(f"DELETE FROM {T}{table}") == f"{table}_no_delete"
    assert refusal(f"TRUNCATE {T}{table} CASCADE") == f"{table}_no_truncate"


def test_a_release_names_only_images_that_are_ready(
    rulebook: RulebookVersion, alice: User, image: Image
) -> None:
    run = make_checked(make_article(by=alice), by=alice)
    for digest in (image.digest, "0" * 64):
        row = release_row(run, alice, document=naming(digest))
        assert refusal(*insertion("release", row)) == "release_images_are_ready"
    encode(image.pk)
    run_sql(*insertion("release", release_row(run, alice, document=naming(image.digest))))
    assert list(ReleaseImage.objects.values_list("image", flat=True)) == [image.pk]


def naming(digest: str) -> str:
    return json.dumps({"blocks": [{"image": {"image_digest": digest}}] * 2})


def test_an_image_is_public_only_by_a_release_that_names_it(
    rulebook: RulebookVersion, alice: User
) -> None:
    article, image, other = make_article(by=alice), *(make_ready_image(by=alice) for _ in "ab")
    Article.objects.filter(pk=article.pk).update(image=image)
    live = make_released(Article.objects.get(pk=article.pk), by=alice)
    row = {"release_id": live.pk, "image_id": other.pk}
    assert refusal(*insertion("releaseimage", row)) == "release_image_is_named"
    row["image_id"] = image.pk
    assert refusal(*insertion("releaseimage", row)) == "release_image_once"
    run_sql("SET CONSTRAINTS ALL IMMEDIATE")
    for sql in ("UPDATE {} SET image_id = 1", "DELETE FROM {}"):
        assert refusal(sql.format(f"{T}releaseimage")) == "release_image_append_only"
    assert refusal(f"TRUNCATE {T}releaseimage") == "release_image_no_truncate"
