"""What the article desk and the product desk share: tabs, the lock, submit, release, findings."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe
from unfold.decorators import action

from shop_content.admin.copy_form import CopyForm
from shop_content.admin.history import row_number
from shop_content.admin.locales import LocaleAdmin
from shop_content.admin.reading import passages
from shop_content.admin.schedule import text_page, told
from shop_content.admin.writing import checked_as_typed, grouped, too_many
from shop_content.models import Article, Product
from shop_content.queries.drafts import parts_of
from shop_content.queries.images import style_of, with_addresses
from shop_content.queries.review import Status, status_of
from shop_content.queries.schedule import plans_of
from shop_content.workflow.errors import WorkflowError
from shop_content.workflow.release import release
from shop_content.workflow.render import render as render_document
from shop_content.workflow.spend import TooMany, spend
from shop_content.workflow.submit import content_of, submit
from shop_content.workflow.withdraw import withdraw

SHARED_FIELDS = (
    "title subtitle slug teaser body seo_title seo_description image_alt image_caption".split()
)
STATUS_WORDS = {
    "draft": _("draft"),
    "checking": _("being checked"),
    "check_failed": _("check failed"),
    "in_review": _("in review"),
    "changes_requested": _("changes requested"),
    "approved": _("approved"),
    "clean": _("clean"),
    "released": _("released"),
    "withdrawn": _("withdrawn"),
}


class CopyAdmin(LocaleAdmin):
    """An article or a product with its drafts, one tab a locale."""

    form = CopyForm
    actions_submit_line = ("submit_for_check",)
    change_form_before_template = "admin/desk/conflicts.html"
    change_form_outer_after_template = "admin/desk/panel.html"
    list_fullwidth = True
    list_per_page = 50

    class Media:
        css = {"all": ["admin_desk/desk.css"]}
        js = ["admin_desk/panel.js"]

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any:
        """Lock the row while a form is processed, so that the version check cannot race."""
        if request.method == "POST":
            list(
                self.get_queryset(request)
                .model.objects.select_for_update()
                .filter(pk=row_number(object_id))
                .values_list("pk")
            )
        return super().get_object(request, object_id, from_field)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the form; a save the database refuses is validated again and told in the form."""
        try:
            answer: HttpResponse = super().changeform_view(request, *args, **kwargs)
        except IntegrityError:
            answer = super().changeform_view(request, *args, **kwargs)
        return answer

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001 -- Django's signature
        """Note who worked on the draft, then store it."""
        if {*form.changed_data} & {*form._translated_fields}:
            draft = obj.get_translation(form.language_code)
            draft.updated_by = request.user
            draft.editors = sorted({*draft.editors, request.user.pk})
        super().save_model(request, obj, form, change)
        for removed in getattr(form, "removed", ()):
            messages.warning(
                request,
                gettext("Removed from the body: %(what)s %(name)s (%(count)s)")
                % {"what": removed.what, "name": removed.name, "count": removed.count},
            )

    @action(description=_("Save and submit for check"))
    def submit_for_check(self, request: HttpRequest, obj: Any) -> None:
        """Show the button; `_submitted` does the work: here the inlines are not stored yet."""

    def _submitted(self, request: HttpRequest, obj: Any) -> bool:
        """Submit the open locale when that button was pressed; tell whether it was."""
        if f"shop_content_{self.opts.model_name}_submit_for_check" not in request.POST:
            return False
        try:
            revision = submit(obj, locale=obj.get_current_language(), by=request.user)  # type: ignore[arg-type]
        except WorkflowError as error:
            messages.error(request, str(error))
        else:
            number = {"number": revision.number}
            messages.success(request, gettext("Revision %(number)s waits for its check.") % number)
        return True

    def has_submit_for_check_permission(self, request: HttpRequest) -> bool:
        """Whoever may change the text may submit it."""
        return bool(self.has_change_permission(request))

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Stay on the page after a submission, where the findings appear."""
        if self._submitted(request, obj):
            return HttpResponseRedirect(self._page(obj, obj.get_current_language()))
        answer: HttpResponse = super().response_change(request, obj)
        return answer

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Add the panel of the locale that is open."""
        obj = kwargs.get("obj") or (args[3] if len(args) > 3 else None)
        if obj and obj.pk:
            context |= self._panel(request, obj, obj.get_current_language())
        locale = self.get_form_language(request, obj)
        context["typed_url"] = reverse(
            f"admin:shop_content_{self.opts.model_name}_typed", args=[locale]
        )
        answer: HttpResponse = super().render_change_form(request, context, *args, **kwargs)
        return answer

    def get_urls(self) -> list[URLPattern]:
        """Add the views of one text in one locale."""
        name = self.opts.model_name
        views = {
            "panel": require_safe(self.panel_view),
            "preview": require_safe(self.preview_view),
            "release": require_POST(self.release_view),
            "withdraw": require_POST(self.withdraw_view),
        }
        own = [
            path(
                f"<int:pk>/<str:locale>/{verb}/",
                self.admin_site.admin_view(view),
                name=f"shop_content_{name}_{verb}",
            )
            for verb, view in views.items()
        ]
        typed = path(
            "typed/<str:locale>/",
            self.admin_site.admin_view(require_POST(self.typed_view)),
            name=f"shop_content_{name}_typed",
        )
        return [typed, *own, *super().get_urls()]

    def typed_view(self, request: HttpRequest, locale: str) -> HttpResponse:
        """Check what is in the form, stored or not."""
        if not (self.has_change_permission(request) or self.has_add_permission(request)):
            raise PermissionDenied
        if locale not in settings.CONTENT_LOCALES:
            raise Http404
        try:
            spend("check", f"user {request.user.pk}", per_minute=settings.CHECKS_PER_MINUTE)
        except TooMany as error:
            return too_many(request, error.wait)
        return checked_as_typed(request, locale)

    def _text(self, request: HttpRequest, pk: int, locale: str) -> Article | Product:
        """Return the article or product when the person may see it and the locale exists."""
        subject: Article | Product = get_object_or_404(self.model, pk=pk)
        if not self.has_view_permission(request, subject):
            raise PermissionDenied
        if locale not in settings.CONTENT_LOCALES:
            raise Http404
        return subject

    def _panel(self, request: HttpRequest, subject: Any, locale: str) -> dict[str, Any]:
        status = status_of(subject, locale)
        findings = list(status.check_run.findings.order_by("position")) if status.check_run else []
        parts = parts_of(status.revision.data) if status.revision else ()
        name = f"admin:shop_content_{self.opts.model_name}"
        return {
            "subject": subject,
            "panel_locale": locale,
            "status": status,
            "status_word": STATUS_WORDS[status.word],
            "findings": findings,
            "groups": grouped(findings, parts) if findings else [],
            "locales": [
                (code, STATUS_WORDS[word], word, f"{self._page(subject, code)}")
                for code in settings.CONTENT_LOCALES
                if (word := status_of(subject, code).word)
            ],
            "passages": passages(status.revision, findings) if status.revision else [],
            "may_release": _may_release(request, status),
            "plans_url": text_page(subject, locale)
            if status.revision and request.user.has_perm("shop_content.view_schedule")
            else "",
            "plans": [told(request, plan) for plan in plans_of(subject, locale).waiting()],
            "may_withdraw": bool(
                status.release and request.user.has_perm("shop_content.withdraw_release")
            ),
            "urls": {
                verb: reverse(f"{name}_{verb}", args=[subject.pk, locale])
                for verb in ("panel", "preview", "release", "withdraw")
            },
        }

    def panel_view(self, request: HttpRequest, pk: int, locale: str) -> HttpResponse:
        """Return the panel alone; the page fetches it while a check is under way."""
        subject = self._text(request, pk, locale)
        answer = render(request, "admin/desk/panel.html", self._panel(request, subject, locale))
        answer["Cache-Control"] = "no-store"
        return answer

    def preview_view(self, request: HttpRequest, pk: int, locale: str) -> HttpResponse:
        """Show the draft as a reader would see it."""
        subject = self._text(request, pk, locale)
        draft = subject.translations.filter(language_code=locale).first()
        try:
            if draft is None:
                raise WorkflowError(gettext("There is no text in this locale yet."))
            data = content_of(subject, draft)
        except WorkflowError as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(self._page(subject, locale))
        now = timezone.now()
        document = render_document(
            subject,
            locale=locale,
            data=data,
            number=0,
            content_hash="",
            published_at=now,
            updated_at=now,
            rulebook="",
            cleared_at=None,
        )
        with_addresses(document, reverse("admin:shop_content_image_changelist") + "files/")
        context = {
            "document": document,
            "locale": locale,
            "preview": True,
            "picture_style": style_of(document),
            "shop_name": settings.SHOP_NAME,
        }
        kind = "article" if isinstance(subject, Article) else "product"
        with translation.override(locale):
            answer = render(request, f"storefront/{kind}.html", context)
        answer["Cache-Control"] = "no-store"
        answer["X-Robots-Tag"] = "noindex"
        return answer

    def release_view(self, request: HttpRequest, pk: int, locale: str) -> HttpResponse:
        """Release the newest revision."""
        subject = self._text(request, pk, locale)
        status = status_of(subject, locale)
        try:
            if status.revision is None:
                raise WorkflowError(gettext("Nothing has been submitted yet."))
            release(status.revision, by=request.user)  # type: ignore[arg-type]
        except WorkflowError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, gettext("Released."))
        return HttpResponseRedirect(self._page(subject, locale))

    def withdraw_view(self, request: HttpRequest, pk: int, locale: str) -> HttpResponse:
        """Withdraw the live release."""
        subject = self._text(request, pk, locale)
        status = status_of(subject, locale)
        try:
            if status.release is None:
                raise WorkflowError(gettext("Nothing is live in this locale."))
            withdraw(status.release, by=request.user, reason=request.POST.get("reason", ""))  # type: ignore[arg-type]
        except WorkflowError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, gettext("Withdrawn."))
        return HttpResponseRedirect(self._page(subject, locale))

    def _page(self, subject: Any, locale: str) -> str:
        address = reverse(f"admin:shop_content_{self.opts.model_name}_change", args=[subject.pk])
        return f"{address}?language={locale}"


def _may_release(request: HttpRequest, status: Status) -> bool:
    return status.word in ("approved", "clean", "withdrawn") and request.user.has_perm(
        "shop_content.release_revision"
    )
