"""Renderings: the bytes the storefront gets. A row is written once and never changed (I9, I11).

The newest row of an address is what is served, as long as nothing has happened since that it
would tell: all releases it was made from are live, and none of the tokens it needs was touched by
a release of later generation. `queries.serving` asks both in the one statement that reads it.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from shop_content.models.release import Release
from shop_content.models.schedule import Schedule
from shop_content.models.subject import LOCALE_LENGTH

ETAG_LENGTH = 32


class Rendering(models.Model):
    """The answer at one address of the REST API, made from live releases."""

    kind = models.CharField(max_length=10)
    # Asked for; another than the release's when the text is served as a fallback.
    locale = models.CharField(max_length=LOCALE_LENGTH)
    address = models.CharField(max_length=80)
    sku = models.CharField(max_length=40, blank=True)
    fell_back = models.BooleanField()
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="renderings")
    # Ids of every release whose words are in the bytes, the own one among them.
    releases = ArrayField(models.BigIntegerField())
    # Tokens of `shop_content_says` (migration): a release that says one of them makes this stale.
    needs = ArrayField(models.TextField())
    generation = models.BigIntegerField()
    # Digest of the settings that are in the bytes: another origin is another shape.
    shape = models.CharField(max_length=16)
    etag = models.CharField(max_length=ETAG_LENGTH)
    body = models.BinaryField()
    gzip = models.BinaryField()
    brotli = models.BinaryField()
    # What lists say of the text, as JSON; empty for a fallback, which is in no list.
    item = models.BinaryField()
    cache_tags = models.TextField()
    # When a planned change may make other bytes of these; None: nothing is planned that would.
    next_change_at = models.DateTimeField(null=True)
    rendered_at = models.DateTimeField(db_default=Now())

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["kind", "locale", "address", "-id"], name="rendering_address"),
            models.Index(
                fields=["locale", "sku", "-id"],
                condition=~models.Q(sku=""),
                name="rendering_sku",
            ),
            models.Index(fields=["release", "locale", "-id"], name="rendering_release"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "locale", "address", "shape", "generation", "etag"],
                name="rendering_once_per_generation",
            )
        ]

    def __str__(self) -> str:
        return f"{self.locale}/{self.kind}/{self.address} #{self.pk}"


class Generation(models.Model):
    """One row: how often what is live has changed. A trigger counts, whoever writes."""

    seq = models.BigIntegerField(default=0)
    # Everything that was stale in this generation has been rendered again.
    refreshed = models.BigIntegerField(default=0)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.seq)


class Change(models.Model):
    """What a generation changed: something went live or was planned, or ended. Append-only.

    Of neither a release nor a plan: what pages say besides, the comments they show. The trigger
    that counts the generation writes it. Changes of one transaction have one moment; what was live
    at any moment follows from these rows.
    """

    seq = models.BigIntegerField(primary_key=True)
    happened_at = models.DateTimeField(db_index=True)
    transaction = models.BigIntegerField()
    release = models.ForeignKey(
        Release, on_delete=models.PROTECT, null=True, related_name="changes"
    )
    schedule = models.ForeignKey(
        Schedule, on_delete=models.PROTECT, null=True, related_name="changes"
    )
    begins = models.BooleanField()
    # The tokens it said: renderings of before that need one of them no longer tell all.
    touched = ArrayField(models.TextField())

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=models.Q(release=None) | models.Q(schedule=None),
                name="change_is_of_one_thing",
            )
        ]

    def __str__(self) -> str:
        return f"#{self.seq}"


class Touched(models.Model):
    """The generation in which a release last said a token; written by the same trigger."""

    token = models.TextField(primary_key=True)
    seq = models.BigIntegerField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.token} @{self.seq}"
