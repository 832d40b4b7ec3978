"""Images of texts: which files there are, how the public is told of them, and who may have them.

A revision and a release's document name an image by its digest, with the words and the focal point
of the moment of submission. Addresses are added when a document is read: they may move to a CDN.
"""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db.models import Exists, OuterRef
from django.utils.safestring import SafeString, mark_safe

from shop_content.models import Image, ReleaseImage, Rendition

logger = logging.getLogger(__name__)

# A browser takes the first format it can show.
FORMATS = ("avif", "webp", "jpeg", "png")
MEDIA_TYPES = {name: f"image/{name}" for name in FORMATS}
SHOWN = ("alt", "caption", "focal", "dominant_colour")


@dataclass(frozen=True)
class File:
    """A file to be served. `etag`: unquoted; `size`: bytes."""

    name: str
    media_type: str
    etag: str
    size: int


def named_in(data: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the images of a revision's content; what was stored before images were, is none."""
    found = [data.get("image"), *(data.get("images") or {}).values()]
    return [image for image in found if image and "digest" in image]


def files_of(digests: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    """Return, for each digest, its files (`w`, `h`, `format`); none while one is missing."""
    files: dict[str, list[dict[str, Any]]] = {digest: [] for digest in digests}
    unready = Rendition.objects.unmade().filter(image__digest__in=files)
    waiting = set(unready.values_list("image__digest", flat=True))
    rows = Rendition.objects.filter(image__digest__in=files).select_related("image")
    for row in sorted(rows, key=lambda row: (FORMATS.index(row.format), row.width)):
        if row.image.digest not in waiting:
            file = {"w": row.width, "h": row.height, "format": row.format}
            files[row.image.digest].append(file)
    return files


def unready(data: dict[str, Any]) -> list[str]:
    """Return the names of a revision's images that nobody could be shown yet."""
    files = files_of(image["digest"] for image in named_in(data))
    missing = [digest for digest, made in files.items() if not made]
    return sorted(Image.objects.filter(digest__in=missing).values_list("name", flat=True))


def with_addresses(document: dict[str, Any], base: str = "") -> None:
    """Complete the images of a document itself. `base`: where the files are, for editors."""
    hero = document["hero_image"] = shown(document["hero_image"], base)
    for block in document["blocks"]:
        if block["type"] == "image":
            block["image"] = shown(block["image"], base)
    document["seo"]["og"].pop("image", None)
    if hero and hero["sources"]:
        address = absolute(largest(hero))
        document["seo"]["og"] |= {"image": address, "image:alt": hero["alt"]}
        document["seo"]["json_ld"][0]["image"] = address


def shown(image: dict[str, Any] | None, base: str = "") -> dict[str, Any] | None:
    """Return an image as the public gets it; None for one of before there were renditions."""
    if image is None or "image_digest" not in image:
        return None
    base = base or f"{settings.MEDIA_URL}images/"
    folder = f"{base}{image['image_digest']}/"
    return {name: image[name] for name in SHOWN} | {
        "sources": [
            {"url": f"{folder}{file['w']}.{file['format']}", **file} for file in image["files"]
        ]
    }


def class_of(image: dict[str, Any]) -> str:
    """Return the class of a shown image on a page: the same colour and centre, the same class."""
    x, y = (round(place * 10_000) for place in image["focal"])
    return f"p-{image['dominant_colour'][1:]}-{x}-{y}"


def style_of(context: Any) -> SafeString:
    """Return the style sheet of all pictures in a page's context, empty without any.

    It is made of two numbers and a colour each, which the database holds to their forms.
    """
    rules = {}
    for image in _images(context):
        x, y = image["focal"]
        name = class_of(image)
        rules[name] = (
            f".{name}{{background-color:{image['dominant_colour']};"
            f"object-position:{x:.2%} {y:.2%}}}"
        )
    return mark_safe("".join(rules[name] for name in sorted(rules)))  # noqa: S308 -- said above


def largest(image: dict[str, Any]) -> str:
    """Return the address of the largest file that everything can read."""
    address: str = image["sources"][-1]["url"]
    return address


def absolute(url: str) -> str:
    """Return an address with its origin: who reads it does not know the page it stood on."""
    return url if "://" in url else settings.STOREFRONT_ORIGIN + url


def find_public(digest: str, width: int, form: str) -> File | None:
    """Return a file of an image that a release names, or ever named; of any other there is none.

    It stays: what has been public is in caches for a year, and older answers still name it.
    """
    public = Exists(ReleaseImage.objects.filter(image=OuterRef("image")))
    return _file(Rendition.objects.filter(public), digest, width, form)


def find_any(digest: str, width: int, form: str) -> File | None:
    """Return a file of any image, for those who work on it."""
    return _file(Rendition.objects.all(), digest, width, form)


def read_file(file: File) -> bytes | None:
    """Return the bytes of a file; None, and a line in the log: the storage has lost or cut it."""
    try:
        with default_storage.open(file.name) as stored:
            data: bytes = stored.read()
    except FileNotFoundError:
        data = b""
    if len(data) == file.size:
        return data
    logger.error("the storage has %s of %s bytes of %s", len(data), file.size, file.name)
    return None


def _file(rows: Any, digest: str, width: int, form: str) -> File | None:
    row = rows.made().filter(image__digest=digest, width=width, format=form).first()
    return row and File(row.file, MEDIA_TYPES[row.format], row.digest, row.size)


def _images(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if "dominant_colour" in value:
            yield value
        for inner in value.values():
            yield from _images(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _images(inner)
