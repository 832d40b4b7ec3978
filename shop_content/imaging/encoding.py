"""Pixels -> the files a browser chooses from."""

import io
from typing import Any, NamedTuple

from PIL import Image, features

WIDTHS = (320, 640, 960, 1280, 1920)
# 2400 x 1600 becomes 15 files of 780 kB in 2 s of one core; AVIF of 1920 takes 0.6 s of it.
OPTIONS: dict[str, dict[str, Any]] = {
    "avif": {"quality": 60, "speed": 7},
    "webp": {"quality": 80, "method": 4},
    "jpeg": {"quality": 82, "optimize": True, "progressive": True},
    "png": {"optimize": True},
}


class Size(NamedTuple):
    """A file to be made: width and height in pixels, `format` one of OPTIONS."""

    width: int
    height: int
    format: str


def ladder(width: int, height: int, *, transparent: bool) -> list[Size]:
    """Return the files of a picture: AVIF and WebP, and JPEG (PNG with transparency) for the rest.

    None is larger than the picture itself. Raises RuntimeError where Pillow lacks an encoder.
    """
    fallback = "png" if transparent else "jpeg"
    formats = ("avif", "webp", fallback)
    missing = [name for name in ("avif", "webp") if not features.check(name)]
    if missing:
        message = f"this Pillow cannot write {missing}"
        raise RuntimeError(message)
    widths = [one for one in WIDTHS if one < width]
    widths.append(min(width, WIDTHS[-1]))
    return [
        Size(one, max(1, round(height * one / width)), name)
        for name in formats
        for one in dict.fromkeys(widths)
    ]


def encode(picture: Image.Image, size: Size) -> bytes:
    """Return the file of a picture from `reading.read`."""
    target = (size.width, size.height)
    small = picture
    if picture.size != target:
        small = picture.resize(target, Image.Resampling.LANCZOS, reducing_gap=3.0)
    file = io.BytesIO()
    small.save(file, size.format, **OPTIONS[size.format])
    return file.getvalue()
