"""The rulebook desk: read versions, try one, compare two, add one, activate one."""

from typing import Any

from django.contrib import admin, messages
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from shop_content import claims, content
from shop_content.admin.history import ReadOnlyAdmin, row_number
from shop_content.admin.reading import marked_parts, rows_of
from shop_content.admin.rights import demand
from shop_content.admin.rulebook_parts import PARTS, SEVERITIES, Asked, list_row, parts, rule_row
from shop_content.admin.rulebook_upload import UploadForm
from shop_content.models import Finding, RulebookVersion
from shop_content.models.rulebook import OnNewBlock
from shop_content.models.states import Verdict
from shop_content.queries import rulebook as queries
from shop_content.queries.progress import progress_of
from shop_content.workflow.activate import activate, store_version
from shop_content.workflow.carry import plan
from shop_content.workflow.check import checker_of
from shop_content.workflow.errors import WorkflowError
from shop_content.workflow.foresee import foresee

TRY_LIMIT = 20_000
FINDINGS_SHOWN = 50


@admin.register(RulebookVersion)
class RulebookAdmin(ReadOnlyAdmin):
    """Immutable versions, exactly one active."""

    list_display = ["__str__", "is_active", "activated_at", "created_at", "created_by"]
    list_select_related = ["created_by"]
    ordering = ["-pk"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Whoever owns the rulebook; everything else of a version is immutable."""
        return request.user.has_perm("shop_content.add_rulebookversion")

    def get_urls(self) -> list[URLPattern]:
        """Add the pages of one version."""
        views = {
            "rule/<str:language>/<str:rule>": ("rule", require_safe(self.rule_view)),
            "try": ("try", require_http_methods(["GET", "HEAD", "POST"])(self.try_view)),
            "files/<str:name>": ("file", require_safe(self.file_view)),
            "compare": ("compare", require_safe(self.compare_view)),
            "progress": ("progress", require_safe(self.progress_view)),
            "activate": (
                "activate",
                require_http_methods(["GET", "HEAD", "POST"])(self.activate_view),
            ),
        }
        own = [
            path(
                f"<int:pk>/{address}/",
                self.admin_site.admin_view(view),
                name=f"shop_content_rulebookversion_{name}",
            )
            for address, (name, view) in views.items()
        ]
        return own + list(super().get_urls())

    def _page(
        self, request: HttpRequest, name: str, version: RulebookVersion | None, **more: Any
    ) -> HttpResponse:
        user = request.user
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "version": version,
            "active": RulebookVersion.objects.filter(is_active=True).first(),
            "may_add": user.has_perm("shop_content.add_rulebookversion"),
            "may_activate": user.has_perm("shop_content.activate_rulebook"),
            "title": str(version) if version else gettext("New rulebook version"),
        }
        return render(request, f"admin/desk/rulebook_{name}.html", context | more)

    def _version(self, request: HttpRequest, pk: int) -> RulebookVersion:
        """Return a version to whoever may read it."""
        demand(request, "view_rulebookversion")
        versions = RulebookVersion.objects.select_related("created_by")
        return get_object_or_404(versions, pk=row_number(str(pk)))

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show a version: rules, term lists, allowed text and authorised claims of a language."""
        version = self._version(request, row_number(object_id))
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        book = queries.book_of(version.pk)
        asked = Asked.of(request, book)
        rows = parts(book, asked, queries.findings_per_rule(version))
        shown = [
            {"name": name, "label": label, "rows": rows[name], "count": len(rows[name])}
            for name, label in PARTS.items()
        ]
        return self._page(
            request,
            "version",
            version,
            asked=asked,
            languages=sorted(book.languages),
            tabs=shown,
            # Whoever looks a word up wants to know its lists first, then the rules that use them.
            shown=sorted(shown, key=lambda row: row["name"] != "lists")
            if asked.query
            else [row for row in shown if row["name"] == asked.part],
            found=sum(len(row) for row in rows.values()),
            categories=list(book.categories.values()),
            severities=SEVERITIES,
            progress=progress_of(version) if version.is_active else None,
            files=list(claims.files_of(book)),
        )

    def rule_view(self, request: HttpRequest, pk: int, language: str, rule: str) -> HttpResponse:
        """Show one rule with its term lists and what it found."""
        version = self._version(request, pk)
        book = queries.book_of(version.pk)
        rules = book.languages[language].rules if language in book.languages else ()
        entry = next((row for row in rules if row.id == rule), None)
        if entry is None:
            raise Http404
        lists = book.languages[language].lists
        names = queries.lists_in((*entry.phrases, *entry.unless))
        findings = queries.findings_of(rule, version)
        return self._page(
            request,
            "rule",
            version,
            title=rule,
            language=language,
            row=rule_row(entry, book, {rule: findings.count()}),
            lists=[list_row(lists[name], book.languages[language], "") for name in names],
            findings=list(findings[:FINDINGS_SHOWN]),
        )

    def try_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Check a pasted text by this version; nothing is stored."""
        version = self._version(request, pk)
        languages = sorted(queries.book_of(version.pk).languages)
        text, language = request.POST.get("text", ""), request.POST.get("lang", languages[0])
        error, report, passages = "", None, []
        findings: list[Finding] = []
        if request.method == "POST":
            error = _refused(text, language, languages)
        if request.method == "POST" and not error:
            part = claims.Part(gettext("text"), "body", "text", text)
            report = checker_of(version.pk).check([part], language=language)
            findings = rows_of(report)
            passages = marked_parts([part], findings)
        return self._page(
            request,
            "try",
            version,
            languages=languages,
            language=language,
            text=text[: TRY_LIMIT * 2],
            error=error,
            report=report,
            verdict=Verdict(report.verdict).label if report else "",
            findings=findings,
            passages=passages,
            limit=TRY_LIMIT,
        )

    def file_view(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        """Give one file of this version as TOML, to be changed and uploaded again."""
        version = self._version(request, pk)
        files = claims.files_of(queries.book_of(version.pk))
        if name not in files:
            raise Http404
        answer = HttpResponse(files[name], content_type="application/toml; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer

    def compare_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show what this version has otherwise than another one, by default the active one."""
        version = self._version(request, pk)
        others = RulebookVersion.objects.exclude(pk=version.pk).order_by("-pk")
        wanted = row_number(request.GET.get("with", ""))
        other = others.filter(pk=wanted).first() if wanted else None
        other = other or others.filter(is_active=True).first() or others.first()
        changes = (
            queries.differences(queries.book_of(other.pk), queries.book_of(version.pk))
            if other
            else []
        )
        return self._page(request, "compare", version, other=other, others=others, changes=changes)

    def progress_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show how far the re-check under this version has come; the page renews itself."""
        version = self._version(request, pk)
        return self._page(request, "progress", version, progress=progress_of(version))

    def add_view(
        self,
        request: HttpRequest,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Take the TOML files of a new version; the same rulebook is the same version."""
        demand(request, "add_rulebookversion", "view_rulebookversion")
        active = RulebookVersion.objects.filter(is_active=True).first()
        base = queries.book_of(active.pk) if active else None
        form = UploadForm(request.POST or None, request.FILES or None, base=base)
        if request.method == "POST" and form.is_valid() and form.rulebook:
            note = form.cleaned_data["note"]
            try:
                before = RulebookVersion.objects.count()
                version = store_version(form.rulebook, by=request.user, note=note)  # type: ignore[arg-type]
            except WorkflowError as error:
                form.add_error(None, str(error))
            else:
                if RulebookVersion.objects.count() > before:
                    messages.success(
                        request, gettext("Stored. It judges nothing until activated.")
                    )
                else:
                    messages.info(request, gettext("This rulebook is stored already."))
                return HttpResponseRedirect(_address("compare", version))
        return self._page(request, "add", None, form=form)

    def activate_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Say what activation will do and, with a reason, do it."""
        version = self._version(request, pk)
        demand(request, "activate_rulebook")
        choice = request.POST.get("on_new_block", "")
        error = ""
        if request.method == "POST":
            try:
                if choice not in OnNewBlock.values:
                    raise WorkflowError(gettext("Choose what happens to live texts."))
                activate(
                    version,
                    by=request.user,  # type: ignore[arg-type]
                    on_new_block=OnNewBlock(choice),
                    reason=request.POST.get("reason", ""),
                    full="full" in request.POST,
                )
            except WorkflowError as refusal:
                error = str(refusal)
            else:
                messages.success(request, gettext("Active. The re-check is under way."))
                return HttpResponseRedirect(_address("progress", version))
        active = RulebookVersion.objects.filter(is_active=True).exclude(pk=version.pk).first()
        changes = (
            queries.differences(queries.book_of(active.pk), queries.book_of(version.pk))
            if active
            else []
        )
        return self._page(
            request,
            "activate",
            version,
            foresight=foresee(version, plan(active, version)),
            full="full" in request.POST,
            changes=changes,
            choices=OnNewBlock.choices,
            choice=choice,
            reason=request.POST.get("reason", ""),
            error=error,
        )


def _address(name: str, version: RulebookVersion) -> str:
    return reverse(f"admin:shop_content_rulebookversion_{name}", args=[version.pk])


def _refused(text: str, language: str, languages: list[str]) -> str:
    """Return why a text is not tried, empty when it is."""
    if language not in languages:
        return gettext("Choose a language.")
    if not text.strip():
        return gettext("Paste a text.")
    if len(text) > TRY_LIMIT:
        return gettext("The text has %(length)s characters; at most %(limit)s are tried.") % {
            "length": len(text),
            "limit": TRY_LIMIT,
        }
    try:
        content.refuse_hidden(text, references=False)
    except content.HiddenCharacters as error:
        return str(error)
    return ""
