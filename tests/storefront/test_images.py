"""The files of images: public when a release names them, the same for ever, and nothing else."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.storage import default_storage
from django.test import Client

from shop_content.front.application import Front
from shop_content.front.gate import Gate
from shop_content.models import Article, Image, RulebookVersion
from shop_content.workflow.withdraw import withdraw
from shop_content.wsgi import django_application
from tests.factories import make_article, make_ready_image, make_released
from tests.front.test_front import Answer
from tests.pictures import opened

pytestmark = pytest.mark.django_db(transaction=True)
Get = Callable[..., Answer]


@pytest.fixture
def get(settings: Any) -> Get:
    settings.FRONT_PUSH = False
    gate = Gate(Front(django_application))
    return lambda path, **given: Answer(gate, path, **given)


@pytest.fixture
def article(alice: User, rulebook: RulebookVersion) -> Article:
    article = make_article(by=alice)
    article.image = make_ready_image(by=alice)
    article.save()
    return article


def address(article: Article, file: str = "320.webp") -> str:
    assert article.image is not None
    return f"/media/images/{article.image.digest}/{file}"


def test_nothing_unreleased_is_there(article: Article, get: Get) -> None:
    hidden, nothing = get(address(article)), get(f"/media/images/{'0' * 64}/320.webp")
    assert hidden.status == 404
    assert (hidden.headers, hidden.body) == (nothing.headers, nothing.body)


def test_a_released_image_is_there_with_all_its_files(
    article: Article, alice: User, get: Get
) -> None:
    make_released(article, by=alice)
    image = article.image
    assert image is not None
    for row in image.renditions.all():
        answer = get(address(article, f"{row.width}.{row.format}"))
        assert answer.status == 200
        assert answer.headers["Content-Type"] == f"image/{row.format}"
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["ETag"] == f'"{row.digest}"'
        assert "Vary" not in answer.headers
        assert opened(answer.body).size == (row.width, row.height)
        again = get(address(article, f"{row.width}.{row.format}"), if_none_match=f'"{row.digest}"')
        assert (again.status, again.body, again.headers["ETag"]) == (304, b"", f'"{row.digest}"')


def test_what_was_public_stays(article: Article, alice: User, get: Get) -> None:
    withdraw(make_released(article, by=alice), by=alice, reason="Aktion beendet.")
    assert get(address(article)).status == 200


OTHERS = (
    "321.webp 320.png 320.jpg 0320.webp 320.webp/ 320.webp\n 99999.webp 99999999999999999999.webp "
    "../../originals/x ..\\x \0 320.WEBP"
)


def test_no_other_name_leads_to_a_file(article: Article, alice: User, get: Get) -> None:
    make_released(article, by=alice)
    for file in [*OTHERS.split(" "), ""]:
        assert get(address(article, file)).status == 404, file


def test_neither_original_nor_storage_is_reachable(
    article: Article, alice: User, get: Get
) -> None:
    make_released(article, by=alice)
    image = article.image
    assert image is not None
    row = image.renditions.first()
    assert row is not None
    for name in (image.original, row.file, "../manage.py", ""):
        assert get(f"/media/{name}").status == 404
    assert Path(default_storage.path(image.original)).exists()


def test_a_file_that_is_lost_or_cut_is_not_there(
    article: Article, alice: User, get: Get, caplog: pytest.LogCaptureFixture
) -> None:
    make_released(article, by=alice)
    row = Image.objects.get().renditions.get(width=320, format="webp")
    path = Path(default_storage.path(row.file))
    path.write_bytes(path.read_bytes()[:-1])
    assert get(address(article)).status == 404
    path.unlink()
    assert get(address(article)).status == 404
    assert [record.levelname for record in caplog.records if "storage" in record.message] == [
        "ERROR",
        "ERROR",
    ]


def test_only_reading_is_answered(article: Article, alice: User) -> None:
    make_released(article, by=alice)
    assert Client().head(address(article)).status_code == 200
    for method in ("post", "put", "delete"):
        assert getattr(Client(), method)(address(article)).status_code == 405
