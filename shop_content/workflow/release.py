"""Release: put a checked and, where needed, approved revision on the storefront."""

from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shop_content import claims
from shop_content.models import (
    Address,
    Article,
    CheckRun,
    Decision,
    Product,
    Release,
    Revision,
    RulebookVersion,
)
from shop_content.models.revision import canonical
from shop_content.models.states import CheckState, Outcome, Verdict
from shop_content.models.subject import subject_fields
from shop_content.queries.documents import tags_of
from shop_content.queries.images import unready
from shop_content.workflow.check import judge
from shop_content.workflow.errors import (
    AddressTaken,
    ImagesNotReady,
    NeedsDecision,
    NotAllowed,
    NotChecked,
)
from shop_content.workflow.record import record, thing_of
from shop_content.workflow.render import anchors_of, render
from shop_content.workflow.rendering import count, render_release
from shop_content.workflow.submit import content_of


def release(revision: Revision, *, by: User) -> Release:
    """Make `revision` the live text of its article or product in its locale.

    Releasing what is live already returns that release. Raises NotAllowed, NotChecked,
    NeedsDecision, AddressTaken, ImagesNotReady. The database refuses the same on its own.
    """
    if not by.has_perm("shop_content.release_revision"):
        raise NotAllowed(_("You may not release texts."))
    with transaction.atomic():
        subject = type(revision.subject).objects.select_for_update().get(pk=revision.subject.pk)
        active, run, decision = gate(revision)
        theirs = Release.objects.filter(**subject_fields(subject), locale=revision.locale)
        live = theirs.live().select_for_update().first()
        if live and live.revision_id == revision.pk and live.check_run_id == run.pk:
            return live
        slug = revision.data["slug"]
        if _owned_address(subject, revision.locale, slug) is None:
            Address.objects.create(**subject_fields(subject), locale=revision.locale, slug=slug)
        now = timezone.now()
        if live:
            live.is_live, live.ended_at = False, now
            live.save(update_fields=["is_live", "ended_at"])
        first = theirs.order_by("pk").first()
        document = render(
            subject,
            **_shown(revision),
            published_at=first.released_at if first else now,
            updated_at=now,
            rulebook=active.digest,
            cleared_at=decision.decided_at if decision else run.finished_at or now,
            uses=judge(run).uses,
        )
        made = Release.objects.create(
            **subject_fields(subject),
            locale=revision.locale,
            revision=revision,
            content_hash=revision.content_hash,
            check_run=run,
            rulebook=active,
            decision=decision,
            slug=slug,
            document=canonical(document),
            released_by=by,
        )
        _forget_editors(subject, revision)
        _record(made, by=by, document=document)
        count()
        render_release(made)
        return made


def gate(revision: Revision) -> tuple[RulebookVersion, CheckRun, Decision | None]:
    """Return what lets this revision go live now.

    Raises NotChecked, NeedsDecision, AddressTaken, ImagesNotReady. The same for a person's
    release and for one that was planned, at its moment.
    """
    active = RulebookVersion.active()
    run = _finished_run(revision, active) if active else None
    if active is None or run is None:
        raise NotChecked(_("This revision is not checked under the active rulebook."))
    decision = _approval(run)
    _owned_address(revision.subject, revision.locale, revision.data["slug"])
    _refuse_unready(revision)
    return active, run, decision


def _refuse_unready(revision: Revision) -> None:
    if names := unready(revision.data):
        raise ImagesNotReady(
            _("These images are not encoded yet: %(names)s.") % {"names": ", ".join(names)}
        )


def _record(made: Release, *, by: User, document: dict[str, Any]) -> None:
    """Record the release with the cache tags whose copies are no longer true."""
    revision = made.revision
    record(
        "released",
        thing=thing_of(revision.subject, revision.locale),
        by=by,
        release=made.pk,
        revision=revision.number,
        content_hash=revision.content_hash,
        decision=made.decision_id,
        rulebook=made.rulebook.digest,
        slug=made.slug,
        purge=tags_of(document),
    )


def _shown(revision: Revision) -> dict[str, Any]:
    """Return what a document takes from the revision itself."""
    names = ("locale", "data", "number", "content_hash")
    return {name: getattr(revision, name) for name in names}


def _finished_run(revision: Revision, active: RulebookVersion) -> CheckRun | None:
    return CheckRun.objects.filter(
        revision=revision,
        rulebook=active,
        engine=claims.ENGINE_VERSION,
        state=CheckState.DONE,
    ).first()


def _approval(run: CheckRun) -> Decision | None:
    """Return the approval, None for a clean text; one request for changes outweighs all."""
    decisions = list(run.decisions.order_by("pk"))
    if any(decision.outcome == Outcome.CHANGES_REQUESTED for decision in decisions):
        raise NeedsDecision(_("Changes were requested: submit a new revision."))
    if not decisions and run.verdict != Verdict.CLEAN:
        raise NeedsDecision(_("This revision has findings that nobody has decided on."))
    return decisions[0] if decisions else None


def _owned_address(subject: Article | Product, locale: str, slug: str) -> Address | None:
    """Return this text's row of the slug; a slug once released never leads to another text."""
    kind = "article" if isinstance(subject, Article) else "product"
    taken = Address.objects.filter(**{f"{kind}__isnull": False}, locale=locale, slug=slug).first()
    if taken and taken.subject != subject:
        raise AddressTaken(
            _("The slug “%(slug)s” belongs to another text.") % {"slug": slug}, field="slug"
        )
    return taken


def _forget_editors(subject: Article | Product, revision: Revision) -> None:
    """Start a new list of authors, unless the draft has gone on since it was submitted."""
    draft = subject.translations.filter(language_code=revision.locale).first()
    if (
        draft
        and canonical(content_of(subject, draft, anchors_of(revision.data))) == revision.content
    ):
        draft.editors = []
        draft.save()
