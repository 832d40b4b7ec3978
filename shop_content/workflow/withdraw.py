"""Withdraw: take a live text off the storefront. The address answers 410 from then on."""

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shop_content.models import Release
from shop_content.queries.documents import tags_of
from shop_content.workflow.errors import NotAllowed, Superseded, given_reason
from shop_content.workflow.record import record, thing_of


def withdraw(release: Release, *, by: User, reason: str) -> Release:
    """End a live release. Raises NotAllowed, Invalid (no reason), Superseded (not live)."""
    if not by.has_perm("shop_content.withdraw_release"):
        raise NotAllowed(_("You may not withdraw texts."))
    reason = given_reason(reason, _("Say why the text is withdrawn."))
    with transaction.atomic():
        live = Release.objects.live().select_for_update().filter(pk=release.pk).first()
        if live is None:
            raise Superseded(_("This release is no longer live."))
        return end_release(live, by=by, reason=reason)


def end_release(live: Release, *, by: User | None, reason: str) -> Release:
    """Write the end of a live release the caller has locked; `by` None: the rulebook's policy."""
    live.is_live = False
    live.ended_at = timezone.now()
    live.withdrawn_by = by
    live.withdrawal_reason = reason
    live.save(update_fields=["is_live", "ended_at", "withdrawn_by", "withdrawal_reason"])
    thing = thing_of(live.subject, live.locale)
    purge = tags_of(live.data)  # by whoever keeps caches: they may not serve it meanwhile
    record("withdrawn", thing=thing, by=by, release=live.pk, reason=reason, purge=purge)
    return live
