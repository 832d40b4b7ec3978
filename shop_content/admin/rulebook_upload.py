"""The form a new rulebook version comes in by: TOML files, checked before anything is stored."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shop_content import claims, content

FILE_LIMIT = 1_000_000
SHOWN = 30
WANTED = {
    "hit": _("must be found by this rule and is not"),
    "no_hit": _("must not be found by this rule and is"),
    "clear": _("must be clear and is not"),
    "finding": _("must give a finding and gives none"),
}


class UploadForm(forms.Form):
    """Files of a new version; what no file is given for stays as it is in the active version."""

    note = forms.CharField(
        label=_("what changed"),
        max_length=300,
        help_text=_("One sentence for the list of versions."),
    )

    def __init__(self, *args: Any, base: claims.Rulebook | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.base = base
        self.broken: list[tuple[claims.BrokenExample, Any]] = []
        self.broken_count = 0
        self.rulebook: claims.Rulebook | None = None
        names = [
            *(f"{code}.toml" for code in claims.LANGUAGES),
            claims.AUTHORISED,
            claims.TAXONOMY,
        ]
        self.files_by_field = {name.removesuffix(".toml"): name for name in names}
        for field, name in self.files_by_field.items():
            self.fields[field] = forms.FileField(label=name, required=False, allow_empty_file=True)

    def clean_note(self) -> str:
        """Refuse characters nobody would see."""
        note: str = self.cleaned_data["note"]
        try:
            content.refuse_hidden(note, references=False)
        except content.HiddenCharacters as error:
            raise ValidationError(str(error)) from error
        return note

    def clean(self) -> dict[str, Any]:
        """Build the rulebook and run its examples; every error names file, line and entry."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        raw = {}
        for field, name in self.files_by_field.items():
            if upload := data.get(field):
                if upload.size > FILE_LIMIT:
                    self.add_error(
                        field,
                        gettext("%(size)s bytes: at most %(limit)s are taken.")
                        % {"size": upload.size, "limit": FILE_LIMIT},
                    )
                    continue
                raw[name] = upload.read()
        if self.errors:
            return data
        if not raw:
            raise ValidationError(gettext("Choose at least one file."))
        try:
            self.rulebook = claims.rulebook_of(raw, self.base)
            broken = claims.broken_examples(self.rulebook)
        except claims.ClaimsError as error:
            field = str(error).split(".toml:", maxsplit=1)[0]
            self.add_error(field if field in self.files_by_field else None, str(error))
            return data
        if broken:
            self.broken = [(example, WANTED[example.wanted]) for example in broken[:SHOWN]]
            self.broken_count = len(broken)
            raise ValidationError(
                gettext("%(count)s examples do not hold. Nothing was stored.")
                % {"count": len(broken)}
            )
        return data
