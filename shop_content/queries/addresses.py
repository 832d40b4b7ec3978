"""Which live text an address leads to, or what became of it.

Live releases and addresses that were released once are all that is read: for the public there is
no difference between an address of a draft and one of nothing (I10).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from shop_content.models import Address, Release
from shop_content.models.release import ReleaseQuerySet


@dataclass(frozen=True)
class Gone:
    """The address was released once; nothing is live there now."""


@dataclass(frozen=True)
class Moved:
    """The text has a newer address."""

    url: str


@dataclass(frozen=True)
class Untranslated:
    """The text is live in other locales only."""

    alternates: list[dict[str, Any]]

    def absolute(self) -> list[dict[str, Any]]:
        """Return them as hreflang wants them: search engines do not read relative addresses."""
        origin = settings.STOREFRONT_ORIGIN
        return [one | {"url": origin + one["url"]} for one in self.alternates]


def find(kind: str, locale: str, slug: str) -> Release | Gone | Moved | None:
    """Return the live release at an address, or what became of it; None: never released."""
    if "\x00" in slug:  # PostgreSQL cannot even compare with it
        return None
    live = of_kind(kind).filter(locale=locale, slug=slug).first()
    if live:
        return live
    address = Address.objects.filter(
        **{f"{kind}__isnull": False}, locale=locale, slug=slug
    ).first()
    if address is None:
        return None
    now = of_kind(kind).filter(**{kind: address.subject}, locale=locale).first()
    return Moved(now.data["url"]) if now else Gone()


def locate(
    kind: str, locale: str, address: str, needs: set[str] | None = None
) -> Release | Gone | Moved | None:
    """Return the live text that `address` names in `locale`, else in the first locale that has it.

    `address`: a slug, also one of before or of another locale, or a product's SKU. `needs` gets
    the tokens that the choice of another locale depends on. None: it names nothing that is live.
    """
    found = find(kind, locale, address)
    if found is not None or "\x00" in address:
        return found
    other = first_in(chain_of(locale), kind, address, needs)
    if other and other.locale == locale and other.data.get("sku") != address:
        return Moved(other.data["url"])
    return other


def of_kind(kind: str) -> ReleaseQuerySet:
    """Return the live releases of articles or of products in the locales that are served."""
    return Release.objects.live().filter(
        **{f"{kind}__isnull": False}, locale__in=settings.CONTENT_LOCALES
    )


def first_in(
    chain: Sequence[str], kind: str, address: str, needs: set[str] | None = None
) -> Release | None:
    """Return the text that `address` names in any locale of `chain`, in the first that has it.

    `address`: a slug, also one of before, or a product's SKU. None: it names nothing that is live.
    `needs` gets the tokens that the choice depends on.
    """
    known = Address.objects.filter(**{f"{kind}__isnull": False}, slug=address, locale__in=chain)
    known = known.select_related(kind)
    rows = sorted(known, key=lambda row: chain.index(row.locale))
    named = [owner(row)[1] for row in rows]
    if needs is not None:
        needs |= {f"slug/{address}", f"sku/{address}"}
        needs |= {f"id/{row.subject.uuid}" for row in rows}
    if kind == "product":
        by_sku = of_kind(kind).saying(f"sku/{address}")
        named = [*by_sku.values_list("product", flat=True)[:1], *named]
    released = of_kind(kind).filter(**{f"{kind}__in": named}, locale__in=chain)
    return min(
        released,
        key=lambda row: (named.index(owner(row)[1]), chain.index(row.locale)),
        default=None,
    )


def chain_of(locale: str) -> list[str]:
    """Return the locales tried for `locale`: itself, its language, then the others in order."""
    chain = [locale, locale.split("-", maxsplit=1)[0], *settings.CONTENT_LOCALES]
    return [code for code in dict.fromkeys(chain) if code in settings.CONTENT_LOCALES]


def owner(row: Release | Address) -> tuple[str, int]:
    """Return the kind and the key of what a row belongs to."""
    return row.kind, row.article_id or row.product_id or 0
