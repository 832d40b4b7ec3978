"""API keys: make one, change what it may, revoke it, note that it is used."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from shop_content import content
from shop_content.access.keys import hash_of, new_secret, prefix_of
from shop_content.access.origins import origin_of
from shop_content.models import ApiKey
from shop_content.models.api_key import HIGHEST_LIMIT
from shop_content.workflow.errors import Invalid, NotAllowed, Superseded
from shop_content.workflow.record import record

# "Last used" is true to this long: a write for each request would cost more than the request.
USED_ROUGHLY = timedelta(minutes=5)
MOST_ORIGINS = 50


def make_key(
    *,
    by: User,
    name: str,
    origins: Iterable[str] = (),
    per_minute: int = 60_000,
    expires_at: datetime | None = None,
) -> tuple[ApiKey, str]:
    """Store a new key; return its row and the key itself, which nobody can read again.

    Raises NotAllowed, Invalid with the field that is wrong.
    """
    if not by.has_perm("shop_content.add_apikey"):
        raise NotAllowed(_("You may not make API keys."))
    secret = new_secret()
    terms = sound_terms(name, origins, per_minute)
    with transaction.atomic():
        row = ApiKey.objects.create(
            prefix=prefix_of(secret),
            hash=hash_of(secret),
            expires_at=expires_at,
            made_by=by,
            **terms,
        )
        record("api_key_made", thing=_thing(row), by=by, **_told(row))
    return row, secret


def change_key(
    key: ApiKey,
    *,
    by: User,
    name: str,
    origins: Iterable[str],
    per_minute: int,
    is_active: bool,
    expires_at: datetime | None,
) -> ApiKey:
    """Change what a key may. Raises NotAllowed, Invalid, Superseded (it is revoked)."""
    if not by.has_perm("shop_content.change_apikey"):
        raise NotAllowed(_("You may not change API keys."))
    terms = sound_terms(name, origins, per_minute)
    with transaction.atomic():
        row = _unrevoked(key)
        terms |= {"is_active": is_active, "expires_at": expires_at}
        for field, value in terms.items():
            setattr(row, field, value)
        row.save(update_fields=list(terms))
        record("api_key_changed", thing=_thing(row), by=by, **_told(row))
    return row


def revoke_key(key: ApiKey, *, by: User) -> ApiKey:
    """End a key for good. Raises NotAllowed, Superseded (it is revoked already)."""
    if not by.has_perm("shop_content.revoke_apikey"):
        raise NotAllowed(_("You may not revoke API keys."))
    with transaction.atomic():
        row = _unrevoked(key)
        row.revoked_at, row.is_active = timezone.now(), False
        row.save(update_fields=["revoked_at", "is_active"])
        record("api_key_revoked", thing=_thing(row), by=by)
    return row


def note_use(keys: Iterable[int]) -> int:
    """Date the use of keys, to within USED_ROUGHLY; return how many rows were written."""
    old = Q(last_used_at__isnull=True) | Q(last_used_at__lt=Now() - USED_ROUGHLY)
    return ApiKey.objects.filter(old, pk__in=list(keys)).update(last_used_at=Now())


def sound_terms(name: str, origins: Iterable[str], per_minute: int) -> dict[str, Any]:
    """Return what a key may, as it is stored. Raises Invalid with the field that is wrong."""
    return {"name": _name(name), "origins": _origins(origins), "per_minute": _limit(per_minute)}


def _unrevoked(key: ApiKey) -> ApiKey:
    row = ApiKey.objects.select_for_update().get(pk=key.pk)
    if row.revoked_at:
        raise Superseded(_("This key is revoked."))
    return row


def _name(text: str) -> str:
    plain = " ".join(text.split())
    longest = ApiKey._meta.get_field("name").max_length or 0
    if not plain:
        raise Invalid(_("Please fill this in."), field="name")
    if len(plain) > longest:
        message = _("At most %(limit)s characters, please.") % {"limit": longest}
        raise Invalid(message, field="name")
    try:
        content.refuse_hidden(plain, references=False)
    except content.ContentError as error:
        raise Invalid(str(error), field="name") from error
    return plain


def _origins(texts: Iterable[str]) -> list[str]:
    found = []
    for text in texts:
        try:
            found.append(origin_of(text))
        except ValueError as error:
            message = _("Not an origin: %(origin)s. Write scheme and host, https://shop.example")
            raise Invalid(message % {"origin": text[:80]}, field="origins") from error
    if len(found) > MOST_ORIGINS:
        message = _("At most %(limit)s origins, please.") % {"limit": MOST_ORIGINS}
        raise Invalid(message, field="origins")
    return sorted(set(found))


def _limit(per_minute: int) -> int:
    if not 1 <= per_minute <= HIGHEST_LIMIT:
        message = _("A number from 1 to %(limit)s, please.") % {"limit": HIGHEST_LIMIT}
        raise Invalid(message, field="per_minute")
    return per_minute


def _thing(key: ApiKey) -> str:
    return f"api_key:{key.prefix}"


def _told(key: ApiKey) -> dict[str, object]:
    return {
        "name": key.name,
        "origins": key.origins,
        "per_minute": key.per_minute,
        "is_active": key.is_active,
        "expires_at": key.expires_at and key.expires_at.isoformat(),
    }
