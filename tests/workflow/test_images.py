"""An image is added once, its files are made by whoever comes first, and never twice."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.storage import InMemoryStorage, default_storage

from shop_content import imaging
from shop_content.models import Event, Image, Rendition
from shop_content.workflow import encode as encoding
from shop_content.workflow.add_image import add_image
from shop_content.workflow.encode import MOST_ATTEMPTS, encode, encode_again, ring_images
from shop_content.workflow.errors import Invalid, NotAllowed
from tests.factories import make_image
from tests.pictures import as_bytes, drawn, opened

pytestmark = pytest.mark.django_db
FILES = 6  # two widths, three formats


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    sent: list[int] = []

    def send(name: str, args: list[int], **options: Any) -> None:
        assert (name, options["queue"]) == ("shop_content.tasks.encode_image", "bulk")
        sent.extend(args)

    monkeypatch.setattr("celery.current_app.send_task", send)
    return sent


def test_an_image_is_kept_as_it_came_and_its_files_are_asked_for(alice: User) -> None:
    data = as_bytes(drawn())
    image = make_image(by=alice, data=data)
    assert image.digest == hashlib.sha256(data).hexdigest()
    assert (image.width, image.height, image.dominant_colour) == (400, 300, "#1f6b4f")
    with default_storage.open(image.original) as file:
        assert file.read() == data
    assert Rendition.objects.unmade().count() == FILES
    assert Event.objects.get().verb == "image_added"


def test_files_are_made_once_and_are_what_their_rows_say(alice: User) -> None:
    image = make_image(by=alice)
    assert encode(image.pk) == FILES
    assert encode(image.pk) == 0
    assert encode(10**9) == 0
    for row in image.renditions.all():
        with default_storage.open(row.file) as file:
            data = file.read()
        assert (hashlib.sha256(data).hexdigest(), len(data)) == (row.digest, row.size)
        assert opened(data).size == (row.width, row.height)


def test_a_killed_worker_leaves_the_rest_to_the_next(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = make_image(by=alice)
    real, calls = imaging.encode, []

    def killed(*args: Any) -> bytes:
        calls.append(args)
        if len(calls) > 2:
            raise SystemExit
        return real(*args)

    monkeypatch.setattr(imaging, "encode", killed)
    with pytest.raises(SystemExit):
        encode(image.pk)
    kept = set(Rendition.objects.made().values_list("pk", "made_at"))
    assert len(kept) == 2
    monkeypatch.undo()
    assert encode(image.pk) == FILES - 2
    assert kept < set(Rendition.objects.made().values_list("pk", "made_at"))


def test_a_file_cut_off_half_way_is_written_again(alice: User) -> None:
    image = make_image(by=alice)
    encode(image.pk)
    row = image.renditions.first()
    assert row is not None
    path = Path(default_storage.path(row.file))
    whole = path.read_bytes()
    path.write_bytes(whole[:100])
    encoding.put(row.file, whole)
    assert path.read_bytes() == whole


def test_what_cannot_be_made_is_given_up_told_and_tried_again_on_a_word(
    alice: User, charlie: User, monkeypatch: pytest.MonkeyPatch, rung: list[int]
) -> None:
    image = make_image(by=alice)

    def broken(*args: Any) -> bytes:
        raise ValueError("no memory")

    monkeypatch.setattr(imaging, "encode", broken)
    for _ in range(MOST_ATTEMPTS + 2):
        assert encode(image.pk) == 0
    told = set(image.renditions.values_list("attempts", "error"))
    assert told == {(MOST_ATTEMPTS, "ValueError: no memory")}
    assert (ring_images(), rung) == (0, [])
    monkeypatch.undo()
    with pytest.raises(NotAllowed):
        encode_again(image, by=charlie)
    encode_again(image, by=alice)
    assert encode(image.pk) == FILES
    assert set(image.renditions.values_list("error", flat=True)) == {""}


def test_whoever_is_not_ready_is_rung_for_and_after_a_while_again(
    alice: User, rung: list[int], settings: Any
) -> None:
    image, done = make_image(by=alice), make_image(by=alice)
    encode(done.pk)
    assert (ring_images(), rung) == (1, [image.pk])
    assert (ring_images(), rung) == (0, [image.pk])
    settings.RING_AGAIN_SECONDS = 1e-6
    assert (ring_images(), rung) == (1, [image.pk, image.pk])


def test_a_broker_that_is_away_loses_nothing(
    alice: User, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    make_image(by=alice)

    def away(*args: Any, **options: Any) -> None:
        raise OSError

    monkeypatch.setattr("celery.current_app.send_task", away)
    settings.RING_AGAIN_SECONDS = 1e-6
    assert ring_images() == 0
    monkeypatch.setattr("celery.current_app.send_task", lambda *args, **options: None)
    assert ring_images() == 1


def test_the_same_picture_twice_and_what_is_none_are_refused(alice: User, charlie: User) -> None:
    data = as_bytes(drawn(9, 9))
    with pytest.raises(NotAllowed):
        add_image(Image(name="a"), data=data, by=charlie)
    add_image(Image(name="a"), data=data, by=alice)
    for refused, words in ((data, "as “a”"), (b"<svg/>", "no JPEG, PNG or WebP")):
        with pytest.raises(Invalid, match=words) as caught:
            add_image(Image(name="b"), data=refused, by=alice)
        assert caught.value.field == "file"
    assert Image.objects.count() == 1


def test_any_storage_of_django_will_do(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    memory = InMemoryStorage()
    for module in ("add_image", "encode"):
        monkeypatch.setattr(f"shop_content.workflow.{module}.default_storage", memory)
    image = make_image(by=alice)
    assert encode(image.pk) == FILES
    assert len(memory.listdir("renditions")[1]) == FILES
