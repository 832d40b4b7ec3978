"""Comment: take a reader's comment, decide on it, judge it again under a new rulebook.

What a shop picks to show counts as its own advertising, so comments are checked like copy; what
has a blocking finding is approved only by compliance, with a reason.
"""

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shop_content import claims, content
from shop_content.models import Article, Comment, Release, RulebookVersion
from shop_content.models.comment import NAME_LENGTH, TEXT_LENGTH
from shop_content.models.states import CommentState, Severity
from shop_content.queries.schedule import tags_of_text
from shop_content.workflow.check import checker_of
from shop_content.workflow.errors import Full, Invalid, NoRulebook, NotAllowed, given_reason
from shop_content.workflow.record import record, thing_of

# So many comments of one text may wait: a flood fills no table, and no moderator reads more.
WAITING_LIMIT = 100
BATCH = 200


def comment(article: Article, *, locale: str, name: str, text: str) -> Comment:
    """Store a comment on the live article; it waits for a decision.

    Raises Invalid with the field that is wrong, or when the article takes no comments.
    """
    name, text = " ".join(name.split()), text.strip()
    for field, value, limit in (("name", name, NAME_LENGTH), ("text", text, TEXT_LENGTH)):
        if not value:
            raise Invalid(_("Please fill this in."), field=field)
        if len(value) > limit:
            message = _("At most %(limit)s characters, please.") % {"limit": limit}
            raise Invalid(message, field=field)
        try:
            content.refuse_hidden(value, references=False)
        except content.ContentError as error:
            raise Invalid(str(error), field=field) from error
    with transaction.atomic():
        article = Article.objects.select_for_update().get(pk=article.pk)
        if not Release.objects.live().filter(article=article, locale=locale).exists():
            raise Invalid(_("This article takes no comments."))
        waiting = article.comments.filter(locale=locale, state=CommentState.WAITING)
        if waiting.count() >= WAITING_LIMIT:
            raise Full(_("Too many comments wait for a decision. Please try again later."))
        same = waiting.filter(name=name, text=text).first()
        return same or article.comments.create(locale=locale, name=name, text=text)


def part_of(one: Comment) -> claims.Part:
    """Return what of a comment is checked: all that is shown."""
    return claims.Part("text", "comment", "text", f"{one.name}\n\n{one.text}")


def report_of(one: Comment) -> claims.Report:
    """Return what the active rulebook says of a comment. Raises NoRulebook."""
    active = RulebookVersion.objects.filter(is_active=True).first()
    if active is None:
        raise NoRulebook(_("No rulebook version is active: nothing could check this text."))
    return checker_of(active.pk).check([part_of(one)], language=one.locale)


def decide_comment(one: Comment, *, by: User, approved: bool, reason: str) -> Comment:
    """Show a comment or refuse it. Raises NotAllowed, Invalid (no reason where one is needed)."""
    if not by.has_perm("shop_content.moderate_comment"):
        raise NotAllowed(_("You may not decide on comments."))
    with transaction.atomic():
        active = RulebookVersion.active()
        one = Comment.objects.select_for_update().get(pk=one.pk)
        if approved and any(f.severity == Severity.BLOCK for f in report_of(one).findings):
            if not by.has_perm("shop_content.decide_revision"):
                raise NotAllowed(
                    _("A comment with blocking findings is for compliance to decide.")
                )
            reason = given_reason(reason, _("Give a reason for the decision."))
        one.state = CommentState.SHOWN if approved else CommentState.REFUSED
        one.reason, one.rulebook = reason, active if approved else None
        one.decided_at, one.decided_by = timezone.now(), by
        one.save()
        record(
            "comment_decided",
            thing=thing_of(one.article, one.locale),
            by=by,
            comment=one.pk,
            approved=approved,
            purge=tags_of_text(one.article, one.locale),
            rulebook=active and active.digest,
        )
    return one


def recheck_comments() -> int:
    """Judge shown comments under the active rulebook; return how many were taken.

    Until then they are hidden. What has a blocking finding waits for a decision again.
    """
    active = RulebookVersion.objects.filter(is_active=True).first()
    if active is None:
        return 0
    old = Comment.objects.filter(state=CommentState.SHOWN).exclude(rulebook=active)
    for pk in list(old.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            one = old.select_for_update(of=("self",), skip_locked=True).filter(pk=pk).first()
            if one is None or one.locale not in settings.CONTENT_LOCALES:
                continue
            if any(found.severity == Severity.BLOCK for found in report_of(one).findings):
                one.state, one.rulebook = CommentState.WAITING, None
                one.decided_at = one.decided_by = None
            else:
                one.rulebook = active
            one.save()
    return old.count()
