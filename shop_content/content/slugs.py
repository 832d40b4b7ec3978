"""The last part of an address, from a title."""

import hashlib
import re
import unicodedata

MAX_LENGTH = 80
# First path segments and names of this service; an article may not look like one of them.
RESERVED = frozenset(
    {
        *("admin", "api", "articles", "comments", "compliance", "feed", "healthz", "locales"),
        *("media", "new", "preview", "products", "resolve", "schema", "search", "sitemap"),
        *("static", "sync", "webhooks"),
    }
)
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ẞ": "ss"})
# Letters that no Unicode decomposition turns into ASCII.
_LATIN = str.maketrans(
    {
        "æ": "ae",
        "ø": "o",
        "œ": "oe",
        "ð": "d",
        "þ": "th",
        "ł": "l",
        "đ": "d",
        "\u0131": "i",
        "ß": "ss",
    }
)
_ACCENTS = re.compile("[\u0300-\u036f]")
_GAP = re.compile(r" +")
_ASCII_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def slugify(text: str, locale: str) -> str:
    """Return an ASCII slug of at most 80 characters for `text` in `locale` (BCP 47).

    German spells its umlauts out, other Latin letters lose their accents. A text without Latin
    letters or digits gets a slug made from its hash, a reserved word the suffix "-1".
    """
    slug = re.sub(r"[^a-z0-9]+", "-", fold(text, locale)).strip("-")
    slug = shorten(slug, MAX_LENGTH)
    if not slug:
        slug = "text-" + hashlib.sha256(text.encode(errors="replace")).hexdigest()[:8]
    return f"{slug}-1" if slug in RESERVED else slug


def is_valid_slug(slug: str) -> bool:
    """Whether `slug` can be the last part of an address as it is."""
    return (
        len(slug) <= MAX_LENGTH
        and _ASCII_SLUG.fullmatch(slug) is not None
        and slug not in RESERVED
    )


def fold(text: str, locale: str) -> str:
    """Lower-case `text` with Latin letters as ASCII; other scripts stay, gaps become "-"."""
    text = unicodedata.normalize("NFC", text).lower()
    if locale.lower().split("-")[0] == "de":
        text = text.translate(_GERMAN)
    return _GAP.sub("-", "".join(map(_letters, text.translate(_LATIN)))).strip("-")


def _letters(character: str) -> str:
    """The ASCII letters in `character`, itself when it is of another script, or a space."""
    parts = unicodedata.normalize("NFKD", character)
    ascii_parts = "".join(part for part in parts if part.isascii() and part.isalnum())
    if ascii_parts or _ACCENTS.match(character):
        return ascii_parts
    # Marks belong to the word: Devanagari and Thai write their vowels with them.
    return character if unicodedata.category(character)[0] in "LMN" else " "


def shorten(slug: str, limit: int) -> str:
    """Cut `slug` to `limit` characters, at a hyphen when there is one in the second half."""
    if len(slug) <= limit:
        return slug
    cut = slug[: limit + 1].rfind("-")
    return slug[: cut if cut >= limit // 2 else limit].rstrip("-")
