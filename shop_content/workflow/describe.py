"""Describe: what a revision keeps of an image, in the words of one locale."""

from typing import Any

from shop_content import content
from shop_content.models import Image, ImageTranslation
from shop_content.queries.images import named_in
from shop_content.workflow.errors import Invalid

_PLACES = 4


def described(image: Image, locale: str) -> dict[str, Any]:
    """Return an image as a revision stores it. Raises Invalid for words nobody would see."""
    words = image.translations.filter(language_code=locale).first()
    said = {"alt": words.alt.strip(), "caption": words.caption.strip()} if words else {}
    try:
        for text in said.values():
            content.refuse_hidden(text, references=False)
    except content.ContentError as error:
        raise Invalid(f"{image.name}: {error}", field="image") from error
    return {
        "digest": image.digest,
        "width": image.width,
        "height": image.height,
        "focal": [round(image.focal_x, _PLACES), round(image.focal_y, _PLACES)],
        "dominant_colour": image.dominant_colour,
        "alt": "",
        "caption": "",
    } | said


def editors_of(data: dict[str, Any], locale: str) -> set[int]:
    """Return the ids of everyone who worked on the words of the images in a revision's content."""
    digests = [image["digest"] for image in named_in(data)]
    words = ImageTranslation.objects.filter(language_code=locale, master__digest__in=digests)
    return {person for editors in words.values_list("editors", flat=True) for person in editors}
