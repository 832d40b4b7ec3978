"""An article as a page: what the API of ours tells of one, as fields."""

from django.db import models
from wagtail.api import APIField
from wagtail.fields import RichTextField
from wagtail.models import Page


class ArticlePage(Page):
    """The body is one rich text, which the API hands out as it is stored: Wagtail's cheapest."""

    teaser = models.TextField()
    author = models.CharField(max_length=100)
    sku = models.CharField(max_length=40)
    body = RichTextField()

    api_fields = [APIField("teaser"), APIField("author"), APIField("sku"), APIField("body")]
