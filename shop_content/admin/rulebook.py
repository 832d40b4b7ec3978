"""The rulebook desk: read versions, add one, activate one."""

import json
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _g
from django.views.decorators.http import require_POST
from unfold.admin import ModelAdmin

from shop_content import claims
from shop_content.admin.history import row_number
from shop_content.models import RulebookVersion
from shop_content.models.rulebook import OnNewBlock
from shop_content.workflow.activate import activate, store_version
from shop_content.workflow.errors import WorkflowError


class VersionForm(forms.ModelForm):  # type: ignore[type-arg]
    """A new version from the JSON of an edited one."""

    class Meta:
        model = RulebookVersion
        fields = ["source", "note"]

    def clean_source(self) -> str:
        """Refuse what the checker could not use, with the place."""
        try:
            self.rulebook = claims.Rulebook.from_source(self.cleaned_data["source"])
        except (claims.ClaimsError, ValueError, KeyError, TypeError, RecursionError) as error:
            raise ValidationError(str(error)) from error
        return self.rulebook.source


@admin.register(RulebookVersion)
class RulebookAdmin(ModelAdmin):
    """Immutable versions, exactly one active."""

    form = VersionForm
    list_display = ["__str__", "is_active", "activated_at", "created_at", "created_by"]
    ordering = ["-pk"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody: a version is immutable."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    def get_urls(self) -> list[URLPattern]:
        """Add the view that activates."""
        own = path(
            "<int:pk>/activate/",
            self.admin_site.admin_view(require_POST(self.activate_view)),
            name="shop_content_rulebookversion_activate",
        )
        return [own, *super().get_urls()]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001 -- Django's signature
        """Store the version; the same source is the same version."""
        stored = store_version(form.rulebook, by=request.user, note=obj.note)  # type: ignore[arg-type]
        obj.pk, obj.digest = stored.pk, stored.digest

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show a version: its rules by locale, searchable by the browser."""
        pk = row_number(object_id)
        version = get_object_or_404(RulebookVersion, pk=pk)
        if not self.has_view_permission(request, version):
            raise PermissionDenied
        source = json.loads(version.source)
        context = self.admin_site.each_context(request) | {
            "title": str(version),
            "opts": self.opts,
            "version": version,
            "source": json.dumps(source, ensure_ascii=False, indent=1),
            "choices": OnNewBlock.choices,
            "may_activate": not version.is_active
            and request.user.has_perm("shop_content.activate_rulebook"),
        }
        return render(request, "admin/desk/rulebook.html", context)

    def activate_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Make this version the one that judges."""
        version = get_object_or_404(RulebookVersion, pk=pk)
        choice = request.POST.get("on_new_block", "")
        try:
            if choice not in OnNewBlock.values:
                raise WorkflowError(_g("Choose what happens to live texts."))
            activate(version, by=request.user, on_new_block=OnNewBlock(choice))  # type: ignore[arg-type]
        except WorkflowError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _g("Active. Everything live is being re-checked."))
        return HttpResponseRedirect(
            reverse("admin:shop_content_rulebookversion_change", args=[pk])
        )
