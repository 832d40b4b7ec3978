"""Encode: make the renditions of an image, one transaction each, and ring for those that wait.

Killed at any moment the next worker goes on with the first one that is not made. While one is
made its row is locked: a second worker with the same message leaves it alone. An attempt is
counted before it is made, so that a picture that kills its worker is given up at last.
"""

import hashlib
import logging
from datetime import timedelta
from functools import partial

from celery import current_app
from django.conf import settings
from django.contrib.auth.models import User
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL.Image import Image as Picture

from shop_content import imaging
from shop_content.models import Image, Rendition
from shop_content.models.image import RenditionQuerySet
from shop_content.workflow.add_image import put
from shop_content.workflow.errors import NotAllowed
from shop_content.workflow.record import record

logger = logging.getLogger(__name__)

MOST_ATTEMPTS = 5
BATCH = 50


def encode(image_id: int) -> int:
    """Make what is not made of an image; return how many files were made.

    Whatever goes wrong with one is noted in its row, and the others are tried.
    """
    image = Image.objects.filter(pk=image_id).first()
    if image is None:
        return 0
    waiting = list(_waiting().filter(image=image).order_by("width", "pk").values_list("pk"))
    read, made = partial(_original, image, {}), 0
    for (key,) in waiting:
        if not _waiting().filter(pk=key).update(attempts=F("attempts") + 1):
            continue
        try:
            made += _make(key, read)
        except Exception as error:
            logger.exception("rendition %s of %s", key, image)
            said = f"{type(error).__name__}: {error}"
            Rendition.objects.unmade().filter(pk=key).update(error=said)
    return made


def _waiting() -> RenditionQuerySet:
    return Rendition.objects.unmade().filter(attempts__lt=MOST_ATTEMPTS)


def _original(image: Image, kept: dict[str, Picture]) -> Picture:
    """Return the pixels, decoded once a job and only when a file is to be made."""
    if not kept:
        with default_storage.open(image.original) as file:
            kept["picture"] = imaging.read(file.read())
    return kept["picture"]


def _make(key: int, read: "partial[Picture]") -> bool:
    with transaction.atomic():
        rows = Rendition.objects.unmade().select_for_update(skip_locked=True, no_key=True)
        row = rows.filter(pk=key).first()
        if row is None:
            return False
        data = imaging.encode(read(), imaging.Size(row.width, row.height, row.format))
        row.digest, row.size = hashlib.sha256(data).hexdigest(), len(data)
        put(row.file, data)
        row.made_at, row.error = timezone.now(), ""
        row.save(update_fields=["digest", "size", "made_at", "error"])
    return True


def ring_images() -> int:
    """Publish a message for each image that waits unheard; return how many were rung."""
    again = timezone.now() - timedelta(seconds=settings.RING_AGAIN_SECONDS)
    unheard = Q(rung_at=None)
    if settings.RING_AGAIN_SECONDS:
        unheard |= Q(rung_at__lt=again)
    rung = 0
    for image in sorted(set(_waiting().filter(unheard).values_list("image", flat=True)[:BATCH])):
        _waiting().filter(image=image).update(rung_at=timezone.now())
        try:
            current_app.send_task(
                "shop_content.tasks.encode_image", args=[image], queue="bulk", ignore_result=True
            )
        except Exception as error:  # noqa: BLE001 -- any broker trouble means: ring again later
            logger.warning("the broker cannot be reached, image %s waits: %s", image, error)
            break
        rung += 1
    return rung


def encode_again(image: Image, *, by: User) -> None:
    """Let what was given up be tried again. Raises NotAllowed."""
    if not by.has_perm("shop_content.change_image"):
        raise NotAllowed(_("You may not change images."))
    with transaction.atomic():
        Rendition.objects.unmade().filter(image=image).update(attempts=0, rung_at=None, error="")
        record("image_encoded_again", thing=f"image:{image.name}", by=by, image=image.pk)
