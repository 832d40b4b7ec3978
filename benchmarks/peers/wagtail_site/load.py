"""Make the pages and print the address of each; articles come as JSON on standard input."""

import json
import sys

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from wagtail.models import Locale, Page, Site  # noqa: E402

from benchmarks.peers.wagtail_site.models import ArticlePage  # noqa: E402

call_command("migrate", verbosity=0)
locales = {code: Locale.objects.get_or_create(language_code=code)[0] for code in ("de", "en")}
root = Page.objects.get(depth=1)
homes = {}
for code, locale in locales.items():
    home = Page(title=code, slug=f"home-{code}", locale=locale)
    homes[code] = root.add_child(instance=home)
Site.objects.all().delete()
Site.objects.create(hostname="127.0.0.1", root_page=root, is_default_site=True)
for article in json.load(sys.stdin):
    code = article.pop("locale")
    page = homes[code].add_child(instance=ArticlePage(**article, locale=locales[code], live=True))
    sys.stdout.write(f"/api/v2/pages/{page.pk}/\n")
