"""Pictures to test with, drawn here."""

import io
from typing import Any

from PIL import Image, ImageDraw

GREEN = (31, 107, 79)


def drawn(width: int = 400, height: int = 300, mode: str = "RGB") -> Image.Image:
    """Return a picture that is green but for a white square in the top left quarter."""
    clear = GREEN if mode == "RGB" else (*GREEN, 128)
    picture = Image.new(mode, (width, height), clear)
    if min(width, height) > 1:
        ImageDraw.Draw(picture).rectangle((0, 0, width // 4, height // 4), fill="white")
    return picture


def as_bytes(picture: Image.Image, form: str = "PNG", **options: Any) -> bytes:
    """Return the picture as a file."""
    file = io.BytesIO()
    picture.save(file, form, **options)
    return file.getvalue()


def opened(data: bytes) -> Image.Image:
    """Return what a browser would show."""
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture
