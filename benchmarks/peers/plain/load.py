"""Make the articles and print the address of each; articles come as JSON on standard input."""

import json
import sys

import django

django.setup()

from django.core.management import call_command  # noqa: E402

from benchmarks.peers.plain.models import Article, Product  # noqa: E402

call_command("migrate", run_syncdb=True, verbosity=0)
made: dict[str, Article] = {}
for one in json.load(sys.stdin):
    product, new = Product.objects.get_or_create(sku=one["sku"])
    if new:
        for code in ("de", "en"):
            product.create_translation(code, name=one["sku"])
    article = made.get(one["slug"])
    if article is None:
        article = Article.objects.create(author=one["author"], product=product)
        made[one["slug"]] = article
    names = ("title", "slug", "teaser", "body")
    article.create_translation(one["locale"], **{name: one[name] for name in names})
    sys.stdout.write(f"/{one['locale']}/articles/{one['slug']}/\n")
