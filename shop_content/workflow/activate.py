"""Activate: make a rulebook version the one that judges, and re-check what is live under it."""

import json
from collections.abc import Iterator
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shop_content import claims, content
from shop_content.models import Release, RulebookVersion
from shop_content.models.finding import CATEGORY_LENGTH, RULE_LENGTH
from shop_content.models.rulebook import OnNewBlock
from shop_content.models.states import CheckState, Verdict
from shop_content.workflow.carry import carry_over, plan
from shop_content.workflow.enforce import enforce
from shop_content.workflow.errors import Invalid, NotAllowed, given_reason
from shop_content.workflow.recheck import recheck
from shop_content.workflow.record import record


def store_version(
    rulebook: claims.Rulebook, *, by: User | None = None, note: str = ""
) -> RulebookVersion:
    """Freeze a rulebook as a version; the same rulebook gives the version that exists.

    `by` is None only for the shipped rulebook, loaded from the command line. Raises NotAllowed,
    Invalid (an entry that could not be stored with a finding).
    """
    if by and not by.has_perm("shop_content.add_rulebookversion"):
        raise NotAllowed(_("You may not add rulebook versions."))
    _refuse_unstorable(rulebook)
    with transaction.atomic():
        version, created = RulebookVersion.objects.get_or_create(
            digest=rulebook.digest,
            defaults={"source": rulebook.source, "created_by": by, "note": note},
        )
        if created:
            record("rulebook_stored", thing=f"rulebook:{version.digest}", by=by, note=note)
    return version


def activate(
    version: RulebookVersion,
    *,
    by: User | None = None,
    on_new_block: OnNewBlock = OnNewBlock.WITHDRAW,
    reason: str = "",
    full: bool = False,
) -> RulebookVersion:
    """Retire the active version, activate this one and queue the re-check, in one transaction.

    What the change cannot touch keeps its result; with `full` every text is judged anew. A person
    needs the right and a `reason`. Raises NotAllowed, Invalid.
    """
    if by and not by.has_perm("shop_content.activate_rulebook"):
        raise NotAllowed(_("You may not activate rulebook versions."))
    if by:
        reason = given_reason(reason, _("Say why this version is activated."))
    with transaction.atomic():
        # One activation at a time, and none between a release's guards and its commit.
        list(RulebookVersion.objects.select_for_update().order_by("pk").values_list("pk"))
        version.refresh_from_db()
        before = RulebookVersion.objects.filter(is_active=True).first()
        if before == version:
            return version
        if before:
            before.is_active = False
            before.save(update_fields=["is_active"])
        version.is_active = True
        version.activated_at = timezone.now()
        version.on_new_block = on_new_block
        version.save(update_fields=["is_active", "activated_at", "on_new_block"])
        # What it had judged before, or while it was retired, counts from now on.
        judged = list(
            version.check_runs.filter(
                state=CheckState.DONE, engine=claims.ENGINE_VERSION, verdict=Verdict.BLOCKED
            )
        )
        # Every lock before the first event, as whoever withdraws one of these takes them.
        touched = Release.objects.live().filter(revision__in=[run.revision_id for run in judged])
        list(touched.select_for_update().order_by("pk").values_list("pk"))
        found = None if full else plan(before, version)
        queued = recheck(found.runs.values() if found else ())
        carried = carry_over(found.runs, to=version) if found else 0
        record(
            "rulebook_activated",
            thing=f"rulebook:{version.digest}",
            by=by,
            before=before and before.digest,
            on_new_block=str(OnNewBlock(on_new_block).value),
            queued=queued,
            carried=carried,
            everything=found.everything if found else {},
            full=full,
            reason=reason,
        )
        for run in judged:
            enforce(run)
    return version


def _refuse_unstorable(rulebook: claims.Rulebook) -> None:
    """Refuse what would make every check fail that meets it: hidden characters, endless ids."""
    for code, language in rulebook.languages.items():
        for rule in language.rules:
            if len(rule.id) > RULE_LENGTH:
                raise Invalid(
                    _("%(file)s: the id %(id)s… is too long")
                    % {"file": f"{code}.toml", "id": rule.id[:40]}
                )
    for code in rulebook.categories:
        if len(code) > CATEGORY_LENGTH:
            raise Invalid(_("The category code %(code)s is too long.") % {"code": code})
    for place, text in _texts(json.loads(rulebook.source), ""):
        try:
            content.refuse_hidden(text, references=False)
        except content.HiddenCharacters as error:
            raise Invalid(f"{place}: {error}") from error


def _texts(value: Any, place: str) -> Iterator[tuple[str, str]]:
    """Yield every text of the source with the id of the entry it stands in."""
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner, place)
    elif isinstance(value, dict):
        name = value.get("id") or value.get("code") or ""
        for key, inner in value.items():
            yield place, key
            yield from _texts(inner, str(name) or place or key)
