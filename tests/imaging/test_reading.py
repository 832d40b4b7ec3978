"""What is taken as a picture, what is not, and what is left of it."""

import random
import struct
import zlib

import pytest
from PIL import Image

from shop_content.imaging import MAX_BYTES, Refused, dominant_colour, read
from tests.pictures import GREEN, as_bytes, drawn, opened

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
ORIENTATION = 0x0112


def refusal(data: bytes) -> str:
    with pytest.raises(Refused) as caught:
        read(data)
    return caught.value.code


def png_header(width: int, height: int) -> bytes:
    """Return a PNG of some bytes that says it is that large."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = chunk(b"IDAT", zlib.compress(b"\0" * 1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + pixels + chunk(b"IEND", b"")


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_pictures_are_read(form: str) -> None:
    picture = read(as_bytes(drawn(), form))
    assert (picture.mode, picture.size, picture.info) == ("RGB", (400, 300), {})


@pytest.mark.parametrize(
    "data",
    [
        SVG,
        b'<?xml version="1.0"?>' + SVG,
        b"",
        b"%PDF-1.7",
        b"<html>",
        as_bytes(drawn(), "GIF"),
        as_bytes(drawn(), "BMP"),
        as_bytes(drawn(), "TIFF"),
        as_bytes(drawn(), "AVIF"),
    ],
)
def test_what_is_no_picture_for_us_is_refused(data: bytes) -> None:
    assert refusal(data) == "unknown_format"


@pytest.mark.parametrize("size", [(10_000, 5_001), (30_000, 30_000), (16_001, 1), (2**31 - 1, 9)])
def test_bombs_are_refused_before_a_pixel_is_decoded(
    size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def decoded(*args: object) -> None:
        pytest.fail("pixels were decoded")

    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", decoded)
    assert refusal(png_header(*size)) == "too_many_pixels"


def test_a_large_file_is_refused_unread() -> None:
    assert refusal(as_bytes(drawn()) + b"\0" * MAX_BYTES) == "too_large"


@pytest.mark.parametrize("form", ["WEBP", "PNG"])
def test_animated_pictures_are_refused(form: str) -> None:
    frames = [drawn(), drawn().rotate(90)]
    data = as_bytes(frames[0], form, save_all=True, append_images=frames[1:])
    assert refusal(data) == "animated"


def test_a_second_picture_behind_a_photograph_is_left_out() -> None:
    data = as_bytes(drawn(), "MPO", save_all=True, append_images=[drawn(80, 60)])
    assert read(data).size == (400, 300)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_half_a_picture_is_refused(form: str) -> None:
    noise = Image.effect_noise((200, 200), 90).convert("RGB")
    data = as_bytes(noise, form)
    assert refusal(data[: len(data) // 2]) == "unreadable"


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_damaged_bytes_never_raise_anything_else(form: str) -> None:
    chance = random.Random(5)  # noqa: S311
    whole = as_bytes(Image.effect_noise((60, 60), 90).convert("RGB"), form)
    refused = 0
    for _ in range(300):
        data = bytearray(whole)
        for _ in range(chance.randrange(1, 9)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        try:
            assert read(bytes(data)).mode in ("RGB", "RGBA")
        except Refused:
            refused += 1
    assert refused > 0


def test_the_orientation_is_applied_and_exif_is_gone() -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 6  # turned to the right to be seen upright
    exif[0x010E] = "where I live"
    picture = read(as_bytes(drawn(), "JPEG", exif=exif))
    assert (picture.size, picture.info, dict(picture.getexif())) == ((300, 400), {}, {})
    assert min(picture.getpixel((290, 10))) > 240  # type: ignore[type-var, arg-type]


def test_a_polyglot_leaves_nothing_of_itself() -> None:
    data = as_bytes(drawn(), "JPEG", comment=b"<script>alert(1)</script>") + b"PK\x03\x04<script>"
    again = as_bytes(read(data), "JPEG")
    assert b"script" not in again
    assert opened(again).size == (400, 300)


@pytest.mark.parametrize(
    ("mode", "colour", "expected"),
    [
        ("1", 1, (255, 255, 255)),
        ("L", 128, (128, 128, 128)),
        ("I;16", 0x8000, (128, 128, 128)),
        ("RGBA", (*GREEN, 255), GREEN),
        ("RGBA", (*GREEN, 128), (*GREEN, 128)),
        ("LA", (9, 128), (9, 9, 9, 128)),
    ],
)
def test_every_mode_becomes_plain(mode: str, colour: object, expected: tuple[int, ...]) -> None:
    picture = read(as_bytes(Image.new(mode, (4, 4), colour)))  # type: ignore[arg-type]
    assert picture.getpixel((1, 1)) == expected


def test_another_colour_space_becomes_srgb() -> None:
    from PIL import ImageCms  # noqa: PLC0415

    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    grey = Image.new("RGB", (4, 4), (100, 100, 100))
    # A profile that does not fit says nothing; neither does rubbish.
    assert read(as_bytes(grey, icc_profile=lab)).getpixel((1, 1)) == (100, 100, 100)
    assert read(as_bytes(grey, icc_profile=b"rubbish")).getpixel((1, 1)) == (100, 100, 100)


def test_the_dominant_colour_is_the_one_of_most_pixels() -> None:
    assert dominant_colour(drawn()) == "#1f6b4f"
    assert dominant_colour(Image.new("RGBA", (9, 9), (0, 0, 0, 0))) == "#ffffff"
