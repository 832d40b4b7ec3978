"""A reader's comment under an article, shown once somebody has approved it.

No e-mail and no address of the reader is kept: nothing has to be erased later but the row itself.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shop_content.models.article import Article
from shop_content.models.rulebook import RulebookVersion
from shop_content.models.states import CommentState

NAME_LENGTH, TEXT_LENGTH = 60, 3000


class Comment(models.Model):
    """Plain text. `rulebook`: the version an approved comment was judged by."""

    article = models.ForeignKey(
        Article, verbose_name=_("article"), on_delete=models.CASCADE, related_name="comments"
    )
    locale = models.CharField(_("locale"), max_length=15)
    name = models.CharField(_("name"), max_length=NAME_LENGTH)
    text = models.TextField(_("text"), max_length=TEXT_LENGTH)
    submitted_at = models.DateTimeField(_("submitted"), auto_now_add=True)
    state = models.CharField(
        _("state"), max_length=8, choices=CommentState, default=CommentState.WAITING
    )
    reason = models.TextField(_("reason"), blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    rulebook = models.ForeignKey(
        RulebookVersion,
        verbose_name=_("rulebook version"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        permissions = [("moderate_comment", _("Can approve and reject comments"))]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=CommentState.SHOWN)
                | Q(rulebook__isnull=False, decided_at__isnull=False),
                name="comment_shown_was_judged",
            ),
        ]
        indexes = [models.Index(fields=["article", "locale", "state"], name="comment_of_text")]

    def __str__(self) -> str:
        return f"{self.name}: {self.text[:60]}"
