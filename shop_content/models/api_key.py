"""API keys of storefronts. Of the key itself only a hash is kept, and a prefix to tell it by."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shop_content.access import keys, origins

HIGHEST_LIMIT = 1_000_000


class ApiKey(models.Model):
    """It raises limits and lets pages of its origins read; it shows nothing others do not see.

    What was given out stays as it is, and what is revoked stays revoked (trigger `api_key_stays`).
    """

    name = models.CharField(_("name"), max_length=80)
    prefix = models.CharField(_("prefix"), max_length=keys.PREFIX_LENGTH, editable=False)
    hash = models.CharField(_("hash"), max_length=keys.HASH_LENGTH, editable=False)
    origins = ArrayField(
        models.CharField(max_length=origins.LONGEST),
        verbose_name=_("origins"),
        default=list,
        blank=True,
        help_text=_("Whose pages may read in a browser, one a line: https://shop.example"),
    )
    per_minute = models.PositiveIntegerField(
        _("requests a minute"),
        default=60_000,
        validators=[MinValueValidator(1), MaxValueValidator(HIGHEST_LIMIT)],
    )
    is_active = models.BooleanField(_("active"), default=True)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    last_used_at = models.DateTimeField(
        _("last used, roughly"), null=True, blank=True, editable=False
    )
    made_at = models.DateTimeField(_("made"), auto_now_add=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("made by"),
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        permissions = [("revoke_apikey", _("Can revoke API keys"))]
        constraints = [
            models.UniqueConstraint(fields=["hash"], name="api_key_hash_once"),
            models.UniqueConstraint(fields=["prefix"], name="api_key_prefix_once"),
            models.CheckConstraint(
                condition=Q(hash__regex=r"^[0-9a-f]{64}$"), name="api_key_keeps_a_hash"
            ),
            models.CheckConstraint(
                condition=Q(per_minute__gte=1, per_minute__lte=HIGHEST_LIMIT),
                name="api_key_limit_is_sound",
            ),
            models.CheckConstraint(
                condition=Q(is_active=False) | Q(revoked_at__isnull=True),
                name="api_key_revoked_is_not_active",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"
