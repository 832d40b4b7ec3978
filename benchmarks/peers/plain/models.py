"""An article and the product it is about, translated with parler."""

from django.db import models
from parler.models import TranslatableModel, TranslatedFields


class Product(TranslatableModel):
    """A product with its name in each locale."""

    sku = models.CharField(max_length=40, unique=True)
    translations = TranslatedFields(name=models.CharField(max_length=100))


class Article(TranslatableModel):
    """An article with its text in each locale."""

    author = models.CharField(max_length=100)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="articles")
    translations = TranslatedFields(
        title=models.CharField(max_length=200),
        slug=models.SlugField(db_index=True),
        teaser=models.TextField(),
        body=models.TextField(),
    )
