"""manage.py import_article: bring an article in from a file, and say what became of each line."""

from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from shop_content import content
from shop_content.models import Product
from shop_content.workflow.errors import WorkflowError
from shop_content.workflow.import_article import import_article

FORMATS = {".txt": "text", ".md": "markdown", ".html": "html", ".htm": "html"}
SHOWN = 70


class Command(BaseCommand):
    """Never overwrites: a second import of the same title is refused."""

    help = "Import an article from a .txt, .md or .html file as a draft."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--language", required=True, help="locale of the text, e.g. de")
        parser.add_argument("--product", action="append", default=[], metavar="SKU")
        parser.add_argument("--submit", action="store_true", help="submit the draft for its check")
        parser.add_argument("--author", default=settings.SHOP_NAME, help="name that readers see")
        parser.add_argument("--by", default="editor", help="account that imports")

    def handle(self, *args: Any, **options: Any) -> None:
        """Recognise, import, print the report."""
        locale, path = options["language"].lower(), options["file"]
        if locale not in settings.CONTENT_LOCALES:
            served = ", ".join(settings.CONTENT_LOCALES)
            raise CommandError(f"unknown locale {locale!r}: CONTENT_LOCALES has {served}")
        if path.suffix.lower() not in FORMATS:
            raise CommandError(f"{path}: a .txt, .md or .html file is needed")
        products = [_product(sku) for sku in options["product"]]
        try:
            source = path.read_text(encoding="utf-8")
            by = User.objects.get(username=options["by"])
            recognised = content.recognise(
                source,
                format=FORMATS[path.suffix.lower()],  # type: ignore[arg-type]
                locale=locale,
                products={product.sku: _names(product) for product in products},
            )
            article = import_article(
                recognised,
                locale=locale,
                products=products,
                author=options["author"],
                by=by,
                submitted=options["submit"],
            )
        except (OSError, UnicodeDecodeError, content.ContentError, WorkflowError) as error:
            raise CommandError(f"{path}: {error}") from error
        except User.DoesNotExist:
            raise CommandError(f"there is no account {options['by']!r}: give --by") from None
        self._report(recognised)
        state = "submitted" if options["submit"] else "draft"
        self.stdout.write(f"article {article.uuid} [{locale}] {recognised.slug}: {state}")

    def _report(self, recognised: content.Recognised) -> None:
        used, left_out = Counter[str](), Counter[str]()
        for line in recognised.report:
            if not line.text and not line.left_out:
                continue
            (used if line.used_as else left_out)[line.used_as or line.left_out] += 1
            what = line.used_as or f"LEFT OUT ({line.left_out})"
            remarks = "".join(
                f"  [{remark.code}{': ' + remark.detail if remark.detail else ''}]"
                for remark in line.remarks
            )
            self.stdout.write(f"{line.number:5}  {what:24} {line.text[:SHOWN]!r}{remarks}")
        blocks = Counter(
            block["type"]
            for block in content.as_dict(content.parse_blocks(recognised.body_html))["blocks"]
        )
        self.stdout.write("blocks: " + _counted(blocks))
        self.stdout.write("lines used: " + _counted(used))
        self.stdout.write("lines left out: " + (_counted(left_out) or "none"))


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{number} {kind}" for kind, number in sorted(counts.items()))


def _product(sku: str) -> Product:
    try:
        return Product.objects.get(sku=sku)
    except Product.DoesNotExist:
        known = ", ".join(Product.objects.values_list("sku", flat=True)) or "none"
        raise CommandError(
            f"there is no product with the SKU {sku!r}; there are: {known}"
        ) from None


def _names(product: Product) -> list[str]:
    return [str(title) for title in product.translations.values_list("title", flat=True)]
