"""The image desk: what is taken, what is told when it is not, and who sees what is not public."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from shop_content import imaging
from shop_content.models import Image, RulebookVersion
from shop_content.workflow.encode import MOST_ATTEMPTS, encode
from tests.admin.test_desks import enter, form_of, page
from tests.factories import make_article, make_image, make_ready_image
from tests.pictures import as_bytes, drawn

pytestmark = pytest.mark.django_db
ADD = "/admin/shop_content/image/add/?language=de"
LIST = "/admin/shop_content/image/"


def form(data: bytes = b"", **changes: Any) -> dict[str, Any]:
    file = SimpleUploadedFile("dose.png", data or as_bytes(drawn()), "image/png")
    fields = {"name": "dose", "alt": "Eine Dose", "caption": "", "focal_x": "0.5"}
    return fields | {"focal_y": "0.25", "file": file} | changes


def errors(answer: Any) -> list[str]:
    return [str(error) for one in answer.context["errors"] for error in one]


def test_an_editor_adds_an_image_and_says_what_it_shows(alice: User) -> None:
    answer = enter(alice).post(ADD, form(), follow=True)
    assert answer.status_code == 200
    image = Image.objects.get()
    assert (image.name, image.focal_y, image.added_by) == ("dose", 0.25, alice)
    words = image.translations.get()
    assert (words.language_code, words.alt, words.editors) == ("de", "Eine Dose", [alice.pk])


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "This is no JPEG, PNG or WebP picture."),
        (b"<?php system($_GET['x']); ?>", "This is no JPEG, PNG or WebP picture."),
        (as_bytes(drawn())[:200], "The file is damaged: it cannot be read as a picture."),
        (
            as_bytes(drawn(16_001, 1)),
            "More than 50 megapixels, or a side of more than 16,000 pixels.",
        ),
    ],
)
def test_what_is_no_picture_is_told_in_the_form(alice: User, data: bytes, told: str) -> None:
    answer = enter(alice).post(ADD, form(data))
    assert (answer.status_code, errors(answer)) == (200, [told])
    assert Image.objects.count() == 0


def test_a_large_file_is_told_before_it_is_read(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imaging, "MAX_BYTES", 10)
    assert errors(enter(alice).post(ADD, form())) == ["The file is larger than 20 MB."]


def test_a_picture_that_is_there_is_told_by_name(alice: User) -> None:
    client = enter(alice)
    client.post(ADD, form())
    answer = client.post(ADD, form(name="andere"))
    assert errors(answer) == ["This picture is there already, as “dose”."]
    assert errors(client.post(ADD, form(as_bytes(drawn(9, 9))))) == [
        "Image with this Name already exists."
    ]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "Die Dose"),
        ("name", "-"),
        ("name", "../x"),
        ("focal_x", "1.1"),
        ("focal_x", "NaN"),
        ("focal_y", "-0.1"),
        ("focal_y", ""),
        ("file", ""),
    ],
)
def test_a_wrong_field_is_told(alice: User, field: str, value: str) -> None:
    assert len(errors(enter(alice).post(ADD, form(**{field: value})))) == 1
    assert Image.objects.count() == 0


def test_only_words_and_focal_point_are_changed(alice: User) -> None:
    image = make_ready_image(by=alice)
    client = enter(alice)
    other = SimpleUploadedFile("x.png", as_bytes(drawn(9, 9)))
    changed = {"alt": "Neu", "caption": "", "focal_x": "0", "focal_y": "1", "name": "neu"}
    answer = client.post(f"{page(image)}?language=de", changed | {"file": other})
    assert answer.status_code == 302
    stored = Image.objects.get()
    assert (stored.name, stored.digest) == (image.name, image.digest)
    assert (stored.focal_x, stored.focal_y) == (0, 1)
    assert stored.translations.get().alt == "Neu"


def test_the_list_tells_how_far_the_files_are(alice: User) -> None:
    client = enter(alice)
    image = make_image(by=alice)
    assert "0 of 6 made" in client.get(LIST).content.decode()
    image.renditions.update(attempts=MOST_ATTEMPTS, error="ValueError: no memory")
    assert "failed: ValueError: no memory" in client.get(LIST).content.decode()
    again = {"action": "encode_again", "_selected_action": [image.pk]}
    client.post(LIST, again)
    encode(image.pk)
    shown = client.get(LIST).content.decode()
    assert "6 files" in shown
    assert f"/files/{image.digest}/320." in shown


def test_the_list_asks_as_often_for_three_as_for_one(
    alice: User, django_assert_num_queries: Any
) -> None:
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    client = enter(alice)
    make_ready_image(by=alice)
    client.get(LIST)
    with CaptureQueriesContext(connection) as one:
        client.get(LIST)
    make_ready_image(by=alice)
    make_ready_image(by=alice)
    with django_assert_num_queries(len(one)):
        client.get(LIST)


def test_an_unreleased_image_is_seen_by_those_who_work_on_it(alice: User, charlie: User) -> None:
    image = make_ready_image(by=alice)
    file = reverse("admin:shop_content_image_file", args=[image.digest, 320, "jpeg"])
    answer = enter(alice).get(file)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert "no-store" in answer["Cache-Control"]
    assert enter(charlie).get(file).status_code == 403
    assert Client().get(file).status_code == 302
    for other in (file.replace("320", "321"), file.replace("jpeg", "png")):
        assert enter(alice).get(other).status_code == 404


def test_an_article_gets_its_hero_and_shows_it_in_the_preview(
    alice: User, rulebook: RulebookVersion
) -> None:
    article, image = make_article(by=alice), make_ready_image(by=alice)
    client = enter(alice)
    answer = client.post(f"{page(article)}?language=de", form_of(article, image=image.pk))
    assert answer.status_code == 302
    preview = reverse("admin:shop_content_article_preview", args=[article.pk, "de"])
    shown = client.get(preview).content.decode()
    assert f"/admin/shop_content/image/files/{image.digest}/320.avif 320w" in shown
    assert (
        client.get(f"/admin/shop_content/image/files/{image.digest}/320.avif").status_code == 200
    )
