"""Images in an S3 bucket: kept there, encoded from there, answered from there."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from django.contrib.auth.models import User
from django.test import Client
from moto import mock_aws

from shop_content.models import RulebookVersion
from shop_content.settings import s3_storage
from tests.factories import make_article, make_ready_image, make_released
from tests.pictures import opened

pytestmark = pytest.mark.django_db


@pytest.fixture
def bucket(settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with mock_aws():
        made = boto3.resource("s3", region_name="us-east-1").Bucket("bilder")
        made.create()
        settings.MEDIA_ROOT = tmp_path  # where nothing may be
        settings.STORAGES = settings.STORAGES | {
            "default": s3_storage("bilder", region="us-east-1")
        }
        yield made
        assert list(tmp_path.iterdir()) == []


def test_image_goes_into_the_bucket_and_comes_out_of_it(
    bucket: Any, alice: User, rulebook: RulebookVersion
) -> None:
    article = make_article(by=alice, slug="dose")
    article.image = image = make_ready_image(by=alice)
    article.save()
    keys = [entry.key for entry in bucket.objects.all()]
    assert len(keys) == 1 + image.renditions.count()  # the original and every file
    path = f"/media/images/{image.digest}/320.webp"
    api = Client()
    assert api.get(path).status_code == 404
    make_released(article, by=alice)
    answer = api.get(path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
    assert opened(answer.content).width == 320
    for key in keys:
        bucket.Object(key).delete()
    assert api.get(path).status_code == 404


def test_bucket_that_is_away_is_no_picture_of_nothing(
    bucket: Any, alice: User, rulebook: RulebookVersion
) -> None:
    bucket.delete()
    with pytest.raises(ClientError):
        make_ready_image(by=alice)
    bucket.create()
