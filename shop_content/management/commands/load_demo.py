"""manage.py load_demo: accounts, the shipped rulebook and demo content, once."""

import tomllib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import transaction

from shop_content.models import (
    Article,
    ArticleProduct,
    Author,
    Citation,
    Image,
    Product,
    RulebookVersion,
    Salt,
    Tag,
    Topic,
)
from shop_content.models.states import Verdict
from shop_content.workflow.add_image import add_image
from shop_content.workflow.check import check
from shop_content.workflow.draft import write_draft
from shop_content.workflow.encode import encode
from shop_content.workflow.release import release
from shop_content.workflow.submit import submit

# Demo accounts are for looking around on one's own machine; a deployment never runs this command.
ACCOUNTS = {"admin": (), "editor": ("Marketing",), "reviewer": ("Compliance",)}
PASSWORD = "shop-content-{name}"  # noqa: S105 -- printed for everybody to see


class Command(BaseCommand):
    """Safe to repeat: what is there stays as it is."""

    help = "Load the demo accounts, the shipped rulebook and the demo content."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load what is missing and print the accounts."""
        people = {name: _person(name, groups) for name, groups in ACCOUNTS.items()}
        if not RulebookVersion.objects.filter(is_active=True).exists():
            call_command("load_rulebook", "--activate", "--note", "shipped", stdout=self.stdout)
        folder = Path(settings.FIXTURES_ROOT) / "demo"
        for path in sorted(folder.glob("*.toml")):
            with path.open("rb") as file, transaction.atomic():
                self._load(tomllib.load(file), people["editor"])
        self.stdout.write("\n  demo accounts:")
        for name in ACCOUNTS:
            self.stdout.write(f"    {name:10} {PASSWORD.format(name=name)}")

    def _load(self, data: dict[str, Any], editor: User) -> None:
        if "images" in data:
            for image in data["images"]:
                _image(image, editor)
            return
        subject = _product(data) if "sku" in data else _article(data)
        if subject is None:
            return
        for locale, fields in data["text"].items():
            write_draft(subject, locale=locale, fields=fields, by=editor, version=None)
            revision = submit(subject, locale=locale, by=editor)
            run = check(revision.check_runs.get().pk)
            released = run is not None and run.verdict == Verdict.CLEAN
            if released:
                release(revision, by=editor)
            state = "released" if released else f"waits: {run.verdict if run else 'unchecked'}"
            self.stdout.write(f"  {fields['slug']} [{locale}] {state}")


def _person(name: str, groups: tuple[str, ...]) -> User:
    person, created = User.objects.get_or_create(
        username=name, defaults={"is_staff": True, "is_superuser": name == "admin"}
    )
    if created:
        person.set_password(PASSWORD.format(name=name))
        person.save()
        person.groups.set(Group.objects.filter(name__in=groups))
    return person


def _image(data: dict[str, Any], editor: User) -> None:
    if Image.objects.filter(name=data["name"]).exists():
        return
    image = Image(name=data["name"], focal_x=data["focal"][0], focal_y=data["focal"][1])
    for locale in settings.CONTENT_LOCALES:
        if locale in data:
            image.set_current_language(locale)
            image.alt, image.caption = data[locale]["alt"], data[locale].get("caption", "")
    file = Path(settings.FIXTURES_ROOT) / "demo" / "images" / data["file"]
    encode(add_image(image, data=file.read_bytes(), by=editor).pk)


def _product(data: dict[str, Any]) -> Product | None:
    if Product.objects.filter(sku=data["sku"]).exists():
        return None
    names = ("sku", "units_per_day", "portions_per_pack", "operator")
    image = Image.objects.filter(name=data["image"]).first()
    product = Product.objects.create(image=image, **{name: data[name] for name in names})
    for position, salt in enumerate(data["salts"], 1):
        Salt.objects.create(product=product, position=position, **salt)
    return product


def _article(data: dict[str, Any]) -> Article | None:
    author, _ = Author.objects.get_or_create(name=data["author"])
    locale, fields = next(iter(data["text"].items()))
    if Article.objects.filter(
        translations__language_code=locale, translations__slug=fields["slug"]
    ).exists():
        return None
    image = Image.objects.filter(name=data.get("image")).first()
    topic = _label(Topic, data["topic"])
    article = Article.objects.create(author=author, topic=topic, image=image)
    article.tags.set([_label(Tag, tag) for tag in data.get("tags", ())])
    for position, sku in enumerate(data.get("products", ()), 1):
        product = Product.objects.get(sku=sku)
        ArticleProduct.objects.create(article=article, product=product, position=position)
    for citation in data.get("citations", ()):
        Citation.objects.create(article=article, **citation)
    return article


def _label(model: Any, data: dict[str, str]) -> Any:
    label, created = model.objects.get_or_create(slug=data["slug"])
    if created:
        for locale in settings.CONTENT_LOCALES:
            label.translations.create(language_code=locale, name=data.get(locale, data["slug"]))
    return label
