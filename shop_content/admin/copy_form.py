"""The form of one locale's draft: what may be typed, and what becomes of a stale save."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_prose_editor.fields import ProseEditorFormField
from django_prose_editor.widgets import AdminProseEditorWidget
from parler.forms import TranslatableModelForm

from shop_content import content
from shop_content.models import Address

PROTOCOLS = ["https", "http", "mailto", "tel", "product", "citation", "image"]
EXTENSIONS = {
    "Bold": True,
    "Italic": True,
    "Strike": True,
    "Subscript": True,
    "Superscript": True,
    "Heading": {"levels": [2, 3, 4]},
    "BulletList": True,
    "OrderedList": True,
    "ListItem": True,
    "Blockquote": True,
    "HorizontalRule": True,
    "Link": {"protocols": PROTOCOLS, "enableTarget": False},
    "Table": True,
    "TableRow": True,
    "TableHeader": True,
    "TableCell": True,
    "History": True,
    "HTML": True,
}


@dataclass(frozen=True)
class Conflict:
    """A field two editors have changed: what is stored, and what was typed here."""

    name: str
    label: str
    stored: str
    typed: str


class CopyForm(TranslatableModelForm):
    """The draft of one locale. `version` is the draft version the editor was shown."""

    body = ProseEditorFormField(
        label=_("body"),
        required=False,
        config={"extensions": EXTENSIONS},
        widget=AdminProseEditorWidget,
        help_text=_(
            "Call to action: a paragraph that is one link to product:SKU. Pulled-out statement: a "
            "quote. Source: a link to citation:KEY. Image: a paragraph that is one link to "
            "image:NAME; its words are for who cannot show the image."
        ),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    # The stored version a person has compared their text with and writes over.
    merged = forms.IntegerField(required=False, widget=forms.HiddenInput)
    conflicts: Sequence[Conflict] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stored = (
            self.instance.translations.filter(language_code=self.language_code).first()
            if self.instance.pk
            else None
        )
        self.initial["version"] = self.stored.version if self.stored else None

    def clean_body(self) -> str:
        """Sanitise; what was removed is told, what cannot be stored is refused with its place."""
        try:
            cleaned = content.sanitise(self.cleaned_data["body"])
        except content.ContentError as error:
            raise ValidationError(str(error)) from error
        self.removed = cleaned.removed
        return cleaned.html

    def clean_slug(self) -> str:
        """Refuse a slug another text of this locale has."""
        slug: str = self.cleaned_data["slug"]
        if not content.is_valid_slug(slug):
            raise ValidationError(gettext("Use lower-case letters, digits and single hyphens."))
        taken = self._meta.model._parler_meta.root_model.objects.filter(
            language_code=self.language_code, slug=slug
        ).exclude(master=self.instance.pk)
        if other := taken.first():
            message = gettext("“%(title)s” has this slug in this locale already.")
            raise ValidationError(message % {"title": other.title})
        kind = self.instance._meta.model_name
        old = Address.objects.filter(
            locale=self.language_code, slug=slug, **{f"{kind}__isnull": False}
        )
        if old.exclude(**{kind: self.instance.pk}).exists():
            raise ValidationError(
                gettext("Another text was released under this slug; it leads there.")
            )
        return slug

    def clean(self) -> dict[str, Any]:
        """Refuse a save that is based on an older draft; the typed text stays in the form (I8)."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        data.setdefault("merged", None)
        if self.stored is None:
            data.pop("version", None)  # a new draft starts with the version the model gives it
        if self.stored and self.stored.version not in (
            data.get("version"),
            data.get("merged"),
        ):
            self.conflicts = self._conflicts(data)
            raise ValidationError(
                gettext(
                    "%(who)s has saved this text since you opened it (%(when)s). Nothing of yours "
                    "is lost: compare below, then save again."
                ),
                code="stale_draft",
                params={
                    "who": self.stored.updated_by or gettext("Somebody"),
                    "when": timezone.localtime(self.stored.updated_at).strftime("%H:%M:%S"),
                },
            )
        if self.stored:
            data["version"] = self.stored.version
        return data

    def _conflicts(self, data: dict[str, Any]) -> list[Conflict]:
        """Return the fields whose stored text is not what was typed."""
        return [
            Conflict(name, str(self.fields[name].label), getattr(self.stored, name), typed)
            for name in self._translated_fields
            if name in self.fields
            and name != "version"
            and (typed := str(data.get(name, self.data.get(name, "")) or ""))
            != str(getattr(self.stored, name) or "")
        ]
