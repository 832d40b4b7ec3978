"""Record: write one line of the audit trail. Always a step's last write: its lock is global."""

from typing import Any

from django.contrib.auth.models import User

from shop_content.models import Article, Event, Product


def thing_of(subject: Article | Product, locale: str) -> str:
    """Return the name of a text in the trail, for example `article:<uuid>:de`."""
    kind = "article" if isinstance(subject, Article) else "product"
    return f"{kind}:{subject.uuid}:{locale}"


def record(verb: str, *, thing: str, by: User | None, **data: Any) -> Event:
    """Append an event; number, time and hashes are given by the database."""
    return Event.objects.create(verb=verb, thing=thing, actor=by, data=data)
