"""Uploaded bytes -> pixels, within limits that hold before anything is decoded."""

import io
from typing import Literal

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 50_000_000
# WebP holds no longer side.
MAX_SIDE = 16_000
# Only these decoders see the bytes; SVG is a program, and needs none of ours.
FORMATS = ("JPEG", "PNG", "WEBP")
Why = Literal["too_large", "unknown_format", "too_many_pixels", "animated", "unreadable"]
_SAMPLE = 64
_PALETTE = 8


class Refused(Exception):
    """Bytes that are no picture for us; `code` says why."""

    def __init__(self, code: Why) -> None:
        super().__init__(code)
        self.code = code


def read(data: bytes) -> Image.Image:
    """Return the picture upright, in sRGB: mode "RGB", or "RGBA" when something shows through.

    Raises Refused: more than 20 MiB, not JPEG, PNG or WebP, more than 50 megapixels or a side of
    more than 16,000, animated, or not whole. Size and format are known before pixels are decoded.
    """
    if len(data) > MAX_BYTES:
        raise Refused("too_large")
    try:
        picture = _opened(data)
        picture.load()
        upright = ImageOps.exif_transpose(picture)
        return _plain(upright)
    except Refused:
        raise
    except Exception as error:
        raise Refused("unreadable") from error


def _opened(data: bytes) -> Image.Image:
    try:
        picture = Image.open(io.BytesIO(data), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refused("too_many_pixels") from error
    except UnidentifiedImageError as error:
        raise Refused("unknown_format") from error
    width, height = picture.size
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise Refused("too_many_pixels")
    # Cameras put a second, small picture behind a JPEG (MPO): the first is the picture.
    if picture.format != "MPO" and getattr(picture, "is_animated", False):
        raise Refused("animated")
    return picture


def _plain(picture: Image.Image) -> Image.Image:
    profile = picture.info.get("icc_profile")
    if picture.mode.startswith("I") or picture.mode == "F":  # 16 bits: Pillow would only clip them
        picture = picture.convert("I").point(lambda value: value / 256).convert("L")
    elif profile and picture.mode in ("RGB", "RGBA", "L", "CMYK"):
        picture = _in_srgb(picture, profile)
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        if picture.getchannel("A").getextrema() != (255, 255):
            return _bare(picture)
    return _bare(picture.convert("RGB"))


def _in_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    mode = "RGBA" if picture.mode == "RGBA" else "RGB"
    try:
        theirs = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        ours = ImageCms.createProfile("sRGB")
        made = ImageCms.profileToProfile(picture, theirs, ours, outputMode=mode)
    except (ImageCms.PyCMSError, OSError):
        return picture  # a profile nobody can read says nothing
    return made or picture


def _bare(picture: Image.Image) -> Image.Image:
    """Return the pixels alone: encoders write along what a picture says of itself."""
    picture.info = {}
    return picture


def dominant_colour(picture: Image.Image) -> str:
    """Return the colour most of the picture has, on white, as `#rrggbb`."""
    small = picture.resize((_SAMPLE, _SAMPLE), Image.Resampling.BOX)
    if small.mode == "RGBA":
        small = Image.alpha_composite(Image.new("RGBA", small.size, "white"), small)
    few = small.convert("RGB").quantize(_PALETTE)
    counted = few.convert("RGB").getcolors(_SAMPLE * _SAMPLE) or []
    _count, colour = max(counted, key=lambda one: (one[0], one[1]))
    assert isinstance(colour, tuple)  # noqa: S101 -- of an RGB picture
    red, green, blue = colour[:3]
    return f"#{red:02x}{green:02x}{blue:02x}"
