"""The image desk: upload, words in each locale, the focal point, and what became of the files."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, re_path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from parler.forms import TranslatableModelForm
from unfold.widgets import UnfoldAdminFileFieldWidget

from shop_content import imaging
from shop_content.admin.locales import LocaleAdmin
from shop_content.models import Image
from shop_content.queries.images import find_any, read_file
from shop_content.workflow.add_image import add_image, picture_in
from shop_content.workflow.encode import MOST_ATTEMPTS, encode_again
from shop_content.workflow.errors import WorkflowError

THUMBNAIL, PREVIEW = 320, 640
WORDS = ["alt", "caption"]
CENTRE = ["focal_x", "focal_y"]


class ImageForm(TranslatableModelForm):
    """An image; the file only when it is new."""

    file = forms.FileField(
        label=_("file"),
        widget=UnfoldAdminFileFieldWidget,
        help_text=_("JPEG, PNG or WebP, 20 MB and 50 megapixels at most."),
    )

    def clean_file(self) -> bytes:
        """Return the bytes of a picture that can be read to its end."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > imaging.MAX_BYTES:
            raise ValidationError(gettext("The file is larger than 20 MB."))
        file.seek(0)
        data = file.read()
        try:
            picture_in(data)
        except WorkflowError as error:
            raise ValidationError(str(error)) from error
        return data


@admin.register(Image)
class ImageAdmin(LocaleAdmin):
    """Images are added and described; the picture itself stays as it is."""

    form = ImageForm
    list_display = ["thumbnail", "name", "size", "files", "language_column", "added_at"]
    list_display_links = ["thumbnail", "name"]
    search_fields = ["name", "translations__alt"]
    ordering = ["-pk"]
    list_per_page = 50
    actions = ["encode_again"]

    class Media:
        css = {"all": ["admin_desk/desk.css"]}
        js = ["admin_desk/focal.js"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Ask for the file of a new image; show the picture of one that is there."""
        if obj is None:
            return ["file", "name", *WORDS, *CENTRE]
        return ["picture", *WORDS, *CENTRE, "name", "size", "dominant_colour", "files"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Leave words and focal point to be changed."""
        return [] if obj is None else ["picture", "name", "size", "dominant_colour", "files"]

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Ask for no file where there is one."""
        form = super().get_form(request, obj, **kwargs)
        if obj is not None:
            form.base_fields.pop("file", None)
        return form

    def get_queryset(self, request: HttpRequest) -> QuerySet[Image]:
        """Add how many files there are to be, are made, and were given up."""
        unmade = Q(renditions__made_at=None)
        return (
            super()
            .get_queryset(request)
            .prefetch_related("renditions", "translations")
            .annotate(
                wanted=Count("renditions", distinct=True),
                unmade=Count("renditions", unmade, distinct=True),
                failed=Count(
                    "renditions",
                    unmade & Q(renditions__attempts__gte=MOST_ATTEMPTS),
                    distinct=True,
                ),
            )
        )

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the form; a picture or name that came a moment before is told in it."""
        try:
            answer: HttpResponse = super().changeform_view(request, *args, **kwargs)
        except IntegrityError:
            answer = super().changeform_view(request, *args, **kwargs)
        return answer

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001 -- Django's signature
        """Note who worked on the words, then store them, and a new picture with them."""
        person: Any = request.user
        if {*form.changed_data} & {*WORDS}:
            words = obj.get_translation(form.language_code)
            words.editors = sorted({*words.editors, person.pk})
        if change:
            super().save_model(request, obj, form, change)
        else:
            add_image(obj, data=form.cleaned_data["file"], by=person)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody: revisions and releases name images."""
        return False

    @admin.action(description=_("Encode again what was given up"), permissions=["change"])
    def encode_again(self, request: HttpRequest, queryset: QuerySet[Image]) -> None:
        """Let the chosen images be tried again."""
        for image in queryset:
            encode_again(image, by=request.user)  # type: ignore[arg-type]
        messages.success(request, gettext("The files are made again in a moment."))

    def get_urls(self) -> list[URLPattern]:
        """Add the files, for those who work on an image nobody else may see yet."""
        own = re_path(
            r"^files/(?P<digest>[0-9a-f]{64})/(?P<width>[1-9][0-9]{0,4})\.(?P<form>[a-z]{3,4})\Z",
            self.admin_site.admin_view(require_safe(self.file_view)),
            name="shop_content_image_file",
        )
        return [own, *super().get_urls()]

    def file_view(self, request: HttpRequest, digest: str, width: str, form: str) -> HttpResponse:
        """Return a file of any image."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = find_any(digest, int(width), form)
        data = found and read_file(found)
        if found is None or data is None:
            raise Http404
        return HttpResponse(data, content_type=found.media_type)

    @admin.display(description=_("image"))
    def thumbnail(self, obj: Image) -> SafeString | str:
        """Return the picture, small."""
        return _picture(obj, THUMBNAIL, "desk-thumbnail")

    @admin.display(description=_("image"))
    def picture(self, obj: Image) -> SafeString | str:
        """Return the picture; a click on it sets the focal point."""
        shown = _picture(obj, PREVIEW, "desk-picture")
        hint = gettext("Click on what must stay visible when the picture is cropped.")
        return format_html('<span class="desk-focal">{}</span><br>{}', shown, hint)

    @admin.display(description=_("size"))
    def size(self, obj: Image) -> str:
        """Return width and height of the original in pixels."""
        return f"{obj.width} × {obj.height}"

    @admin.display(description=_("files"))
    def files(self, obj: Any) -> str:
        """Return how far the files are; an image is shown to nobody before all are made."""
        if obj.failed:
            failed = obj.renditions.unmade().exclude(error="").order_by("pk").first()
            return gettext("failed: %(why)s") % {"why": failed.error if failed else ""}
        if obj.unmade:
            numbers = {"made": obj.wanted - obj.unmade, "number": obj.wanted}
            return gettext("%(made)s of %(number)s made") % numbers
        made = ngettext("%(number)s file", "%(number)s files", obj.wanted)
        return made % {"number": obj.wanted}


def _picture(image: Image, most: int, name: str) -> SafeString | str:
    """Return the largest file that is made and not wider than `most`."""
    made = [row for row in image.renditions.all() if row.made_at]
    made.sort(key=lambda row: row.width)
    fitting = [row for row in made if row.width <= most] or made
    if not fitting:
        return gettext("not encoded yet")
    row = fitting[-1]
    address = reverse("admin:shop_content_image_file", args=[image.digest, row.width, row.format])
    return format_html(
        '<img class="{}" src="{}" width="{}" height="{}" alt="{}">',
        name,
        address,
        row.width,
        row.height,
        image.safe_translation_getter("alt", any_language=True) or "",
    )
