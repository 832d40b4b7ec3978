"""The service that one writes first: a read-only view set with two serializers."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import translation
from rest_framework import serializers, viewsets

from benchmarks.peers.plain.models import Article, Product


class ProductSerializer(serializers.ModelSerializer[Product]):
    name = serializers.CharField()

    class Meta:
        model = Product
        fields = ["sku", "name"]


class ItemSerializer(serializers.ModelSerializer[Article]):
    title = serializers.CharField()
    slug = serializers.CharField()
    teaser = serializers.CharField()
    locales = serializers.SerializerMethodField()
    product = ProductSerializer()

    class Meta:
        model = Article
        fields = ["id", "title", "slug", "teaser", "author", "product", "locales"]

    def get_locales(self, article: Article) -> list[str]:
        return sorted(one.language_code for one in article.translations.all())


class ArticleSerializer(ItemSerializer):
    body = serializers.CharField()
    related = serializers.SerializerMethodField()

    class Meta(ItemSerializer.Meta):
        fields = [*ItemSerializer.Meta.fields, "body", "related"]

    def get_related(self, article: Article) -> list[dict[str, str]]:
        others = article.product.articles.exclude(pk=article.pk).order_by("-pk")[:4]
        return [
            {"title": one.title, "slug": one.slug}
            for one in others.prefetch_related("translations")
        ]


class Articles(viewsets.ReadOnlyModelViewSet[Article]):
    """Articles of the locale in the path."""

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        translation.activate(kwargs["locale"])
        super().initial(request, *args, **kwargs)

    def get_serializer_class(self) -> Any:
        return ItemSerializer if self.action == "list" else ArticleSerializer

    def get_queryset(self) -> QuerySet[Article]:
        rows = Article.objects.filter(translations__language_code=self.kwargs["locale"])
        rows = rows.select_related("product").order_by("-pk")
        return rows.prefetch_related("translations", "product__translations")

    def get_object(self) -> Article:
        rows = Article.objects.filter(
            translations__language_code=self.kwargs["locale"],
            translations__slug=self.kwargs["slug"],
        ).select_related("product")
        return get_object_or_404(rows.prefetch_related("translations", "product__translations"))


urlpatterns = [
    path("<str:locale>/articles/", Articles.as_view({"get": "list"})),
    path("<str:locale>/articles/<str:slug>/", Articles.as_view({"get": "retrieve"})),
]
