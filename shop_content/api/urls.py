"""Addresses of the REST API."""

from django.urls import path

from shop_content.api import comments, docs, feeds, resolve, views

urlpatterns = [
    path("v1/schema/", docs.Schema.as_view(), name="schema"),
    path("docs/", docs.Docs.as_view(), name="docs"),
    path("v1/locales/", views.Locales.as_view()),
    path("v1/resolve/", resolve.Resolve.as_view()),
    path("v1/<str:locale>/feed/", feeds.Feed.as_view()),
    path("v1/<str:locale>/sitemap/", feeds.Sitemap.as_view()),
    path("v1/<str:locale>/articles/", views.ArticleList.as_view()),
    path("v1/<str:locale>/articles/<str:slug>/", views.ArticleDetail.as_view()),
    path("v1/<str:locale>/articles/<str:slug>/comments/", comments.Comments.as_view()),
    path("v1/<str:locale>/products/", views.ProductList.as_view()),
    path("v1/<str:locale>/products/<str:slug>/", views.ProductDetail.as_view()),
]
