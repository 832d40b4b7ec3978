"""Images: what was uploaded, never served itself, and the files made of it, which are.

An image and its renditions are written once; only the focal point is set again, and a rendition's
bytes when they are made (migration). A rendition that is not made yet is a job: the row is the
outbox, as a check run is.
"""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from parler.fields import TranslationsForeignKey
from parler.models import TranslatableModel, TranslatedFieldsModel

NAME_LENGTH = 60
DIGEST_LENGTH = 64
UNIT = [MinValueValidator(0), MaxValueValidator(1)]
CENTRE = 0.5


class Image(TranslatableModel):
    """A picture. Width and height are those of the upright original, in pixels."""

    name = models.SlugField(
        _("name"),
        max_length=NAME_LENGTH,
        unique=True,
        validators=[
            RegexValidator(
                r"^[a-z0-9]+(-[a-z0-9]+)*\Z",
                _("Use lower-case letters, digits and single hyphens."),
            )
        ],
        help_text=_("Texts name the image by it: a paragraph that is one link to image:NAME."),
    )
    # SHA-256 of the uploaded bytes, in hexadecimal digits; the original is stored under it.
    digest = models.CharField(max_length=DIGEST_LENGTH, unique=True, editable=False)
    width = models.PositiveIntegerField(_("width"), editable=False)
    height = models.PositiveIntegerField(_("height"), editable=False)
    dominant_colour = models.CharField(_("dominant colour"), max_length=7, editable=False)
    # What must stay visible when the picture is cropped; 0, 0 is the top left.
    focal_x = models.FloatField(_("focal point: from the left"), default=CENTRE, validators=UNIT)
    focal_y = models.FloatField(_("focal point: from the top"), default=CENTRE, validators=UNIT)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("added by"),
        on_delete=models.PROTECT,
        editable=False,
        related_name="+",
    )
    added_at = models.DateTimeField(_("uploaded"), auto_now_add=True)

    class Meta:
        verbose_name = _("image")
        verbose_name_plural = _("images")
        constraints = [
            models.CheckConstraint(
                condition=Q(width__gte=1, height__gte=1), name="image_has_pixels"
            ),
            models.CheckConstraint(
                condition=Q(focal_x__range=(0, 1), focal_y__range=(0, 1)),
                name="image_focal_is_inside",
            ),
            models.CheckConstraint(
                condition=Q(digest__regex="^[0-9a-f]{64}$"), name="image_digest_is_sha256"
            ),
            models.CheckConstraint(
                condition=Q(dominant_colour__regex="^#[0-9a-f]{6}$"), name="image_has_colour"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def original(self) -> str:
        """The name of the uploaded file in the storage."""
        return f"originals/{self.digest}"


class ImageTranslation(TranslatedFieldsModel):
    """What is said of an image in one locale. Empty `alt`: the picture tells nothing."""

    master = TranslationsForeignKey(
        Image, on_delete=models.CASCADE, related_name="translations", null=True, editable=False
    )
    alt = models.CharField(_("alternative text"), max_length=300, blank=True)
    caption = models.CharField(_("caption"), max_length=300, blank=True)
    # Everyone who worked on these words: none of them may approve a text that shows them (I2).
    editors = ArrayField(models.BigIntegerField(), default=list, editable=False)

    class Meta:
        verbose_name = _("words of an image")
        verbose_name_plural = _("words of images")
        unique_together = [("language_code", "master")]

    def __str__(self) -> str:
        return self.alt


class RenditionQuerySet(models.QuerySet["Rendition"]):
    """Renditions by whether there are bytes."""

    def unmade(self) -> "RenditionQuerySet":
        """Only those that wait for a worker, or were given up."""
        return self.filter(made_at=None)

    def made(self) -> "RenditionQuerySet":
        """Only those that have bytes."""
        return self.filter(made_at__isnull=False)


class Rendition(models.Model):
    """A file made of an image: width and height in pixels, `format` is that of its bytes."""

    image = models.ForeignKey(Image, on_delete=models.PROTECT, related_name="renditions")
    width = models.PositiveIntegerField(_("width"))
    height = models.PositiveIntegerField(_("height"))
    format = models.CharField(_("format"), max_length=4)
    # SHA-256 of the bytes, in hexadecimal digits: name in the storage, and ETag.
    digest = models.CharField(max_length=DIGEST_LENGTH, blank=True)
    size = models.PositiveIntegerField(_("bytes"), default=0)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    rung_at = models.DateTimeField(_("last rung"), null=True)
    made_at = models.DateTimeField(_("made"), null=True)
    error = models.TextField(_("error"), blank=True)

    objects = RenditionQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["image", "width", "format"], name="rendition_once_per_image"
            ),
            models.CheckConstraint(
                condition=Q(made_at=None, digest="", size=0)
                | Q(made_at__isnull=False, digest__regex="^[0-9a-f]{64}$", size__gte=1),
                name="rendition_made_has_bytes",
            ),
        ]
        indexes = [
            models.Index(
                fields=["image"], name="rendition_unmade", condition=Q(made_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.width}.{self.format}"

    @property
    def file(self) -> str:
        """The name of the file in the storage."""
        return f"renditions/{self.digest}.{self.format}"
