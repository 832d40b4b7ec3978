"""Add an image: keep the original, and write down the files to be made of it."""

import hashlib

from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _
from PIL.Image import Image as Picture

from shop_content import imaging
from shop_content.models import Image, Rendition
from shop_content.workflow.errors import Invalid, NotAllowed
from shop_content.workflow.record import record


def add_image(image: Image, *, data: bytes, by: User) -> Image:
    """Store a new image, `image` with its name, words and focal point; renditions are made later.

    Raises NotAllowed, Invalid (not a picture for us, or there already).
    """
    if not by.has_perm("shop_content.add_image"):
        raise NotAllowed(_("You may not add images."))
    picture = picture_in(data)
    image.digest = hashlib.sha256(data).hexdigest()
    image.width, image.height = picture.size
    image.dominant_colour = imaging.dominant_colour(picture)
    image.added_by = by
    put(image.original, data)
    sizes = imaging.ladder(*picture.size, transparent=picture.mode == "RGBA")
    with transaction.atomic():
        image.save()
        Rendition.objects.bulk_create(Rendition(image=image, **size._asdict()) for size in sizes)
        thing = f"image:{image.name}"
        record("image_added", thing=thing, by=by, image=image.pk, digest=image.digest)
    return image


def picture_in(data: bytes) -> Picture:
    """Return the picture in uploaded bytes. Raises Invalid: none for us, or there already."""
    known = Image.objects.filter(digest=hashlib.sha256(data).hexdigest()).first()
    if known:
        raise Invalid(
            _("This picture is there already, as “%(name)s”.") % {"name": known.name}, field="file"
        )
    try:
        return imaging.read(data)
    except imaging.Refused as error:
        raise Invalid(_told(error), field="file") from error


def put(name: str, data: bytes) -> None:
    """Store bytes under a name made of them; what was cut off half-way is written again."""
    if not (default_storage.exists(name) and default_storage.size(name) == len(data)):
        default_storage.save(name, ContentFile(data))


def _told(error: imaging.Refused) -> str:
    words = {
        "too_large": _("The file is larger than 20 MB."),
        "unknown_format": _("This is no JPEG, PNG or WebP picture."),
        "too_many_pixels": _("More than 50 megapixels, or a side of more than 16,000 pixels."),
        "animated": _("Animated pictures are not taken."),
        "unreadable": _("The file is damaged: it cannot be read as a picture."),
    }
    return words[error.code]
