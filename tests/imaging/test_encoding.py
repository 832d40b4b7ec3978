"""The files that are made of a picture."""

import pytest

from shop_content.imaging import WIDTHS, Size, encode, ladder
from tests.pictures import drawn, opened


def widths(width: int) -> list[int]:
    sizes = ladder(width, 100, transparent=False)
    return [size.width for size in sizes if size.format == "avif"]


def test_no_file_is_larger_than_the_picture() -> None:
    assert widths(200) == [200]
    assert widths(320) == [320]
    assert widths(700) == [320, 640, 700]
    assert widths(1920) == list(WIDTHS)
    assert widths(9000) == list(WIDTHS)


def test_the_shape_stays_the_same_down_to_a_line() -> None:
    assert ladder(1000, 500, transparent=False)[0] == Size(320, 160, "avif")
    assert ladder(16_000, 1, transparent=False)[0] == Size(320, 1, "avif")


def test_what_shows_through_is_a_png_for_old_browsers() -> None:
    assert [size.format for size in ladder(9, 9, transparent=True)] == ["avif", "webp", "png"]
    assert [size.format for size in ladder(9, 9, transparent=False)] == ["avif", "webp", "jpeg"]


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
@pytest.mark.parametrize("size", [(1, 1), (400, 300), (1, 2000), (1921, 7)])
def test_every_file_can_be_seen(mode: str, size: tuple[int, int]) -> None:
    picture = drawn(*size, mode=mode)
    for made in ladder(*size, transparent=mode == "RGBA"):
        seen = opened(encode(picture, made))
        assert (seen.size, seen.format) == ((made.width, made.height), made.format.upper())
        assert seen.has_transparency_data == (mode == "RGBA")


def test_the_same_picture_gives_the_same_bytes() -> None:
    for size in ladder(400, 300, transparent=False):
        assert encode(drawn(), size) == encode(drawn(), size)
