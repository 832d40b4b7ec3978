"""API keys of storefronts: made (and shown once), changed, revoked."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.postgres.forms import SimpleArrayField
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminTextareaWidget

from shop_content.admin.history import row_number
from shop_content.admin.rights import demand
from shop_content.models import ApiKey
from shop_content.workflow.api_key import change_key, make_key, revoke_key, sound_terms
from shop_content.workflow.errors import Invalid, WorkflowError


class KeyForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a key may."""

    origins = SimpleArrayField(
        forms.CharField(required=False),
        delimiter="\n",
        required=False,
        label=_("origins"),
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text=_("Whose pages may read in a browser, one a line: https://shop.example"),
    )

    class Meta:
        model = ApiKey
        fields = ["name", "origins", "per_minute", "expires_at", "is_active"]

    def clean(self) -> dict[str, Any]:
        """Say in the form what the workflow would refuse."""
        data = super().clean() or self.cleaned_data
        origins = [line.strip() for line in data.get("origins") or [] if line.strip()]
        try:
            sound_terms(data.get("name", ""), origins, data.get("per_minute") or 0)
        except Invalid as error:
            if error.field not in self.errors:
                self.add_error(error.field, str(error))
        return data | {"origins": origins}


@admin.register(ApiKey)
class ApiKeyAdmin(ModelAdmin):
    """The key itself is on the page that answers its making, and nowhere else."""

    form = KeyForm
    list_display = ["name", "prefix", "is_active", "per_minute", "last_used_at", "expires_at"]
    list_filter = ["is_active"]
    search_fields = ["name", "prefix"]
    ordering = ["-pk"]
    change_form_outer_after_template = "admin/desk/api_key_revoke.html"

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """A new key has no past."""
        asked = ["name", "origins", "per_minute", "expires_at"]
        past = ["is_active", "prefix", "last_used_at", "made_at", "made_by", "revoked_at"]
        return asked + past if obj else asked

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """What happened is not typed in."""
        return ["prefix", "last_used_at", "made_at", "made_by", "revoked_at"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A revoked key stays as it is."""
        return super().has_change_permission(request, obj) and not (obj and obj.revoked_at)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody: the trail names keys; they are revoked."""
        return False

    def get_urls(self) -> list[URLPattern]:
        """Add the view that revokes."""
        own = path(
            "<int:pk>/revoke/",
            self.admin_site.admin_view(require_POST(self.revoke_view)),
            name="shop_content_apikey_revoke",
        )
        return [own, *super().get_urls()]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001 -- Django's signature
        """Store by the workflow's verbs; the key itself goes to `response_add` only."""
        terms = {name: getattr(obj, name) for name in ("name", "origins", "per_minute")}
        terms |= {"by": request.user, "expires_at": obj.expires_at}
        if change:
            change_key(obj, is_active=obj.is_active, **terms)
            return
        made, secret = make_key(**terms)
        obj.pk, obj.prefix = made.pk, made.prefix
        request.made_key = secret  # type: ignore[attr-defined]

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the form; a key that was revoked meanwhile is told."""
        try:
            answer: HttpResponse = super().changeform_view(request, *args, **kwargs)
        except WorkflowError as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(request.path)
        return answer

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Show the key, this once: no redirect, no message, no cookie carries it."""
        context = self.admin_site.each_context(request) | {
            "title": gettext("New API key"),
            "opts": self.opts,
            "key": obj,
            "secret": request.made_key,  # type: ignore[attr-defined]
        }
        answer = render(request, "admin/desk/api_key_made.html", context)
        answer["Cache-Control"] = "no-store"
        return answer

    def revoke_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """End the key."""
        demand(request, "view_apikey", "revoke_apikey")
        key = get_object_or_404(ApiKey, pk=row_number(str(pk)))
        try:
            revoke_key(key, by=request.user)  # type: ignore[arg-type]
        except WorkflowError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, gettext("Revoked."))
        return HttpResponseRedirect(reverse("admin:shop_content_apikey_change", args=[pk]))
