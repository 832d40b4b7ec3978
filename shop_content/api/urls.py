"""Addresses of the REST API."""

from django.urls import path
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerView

from shop_content.api import views

urlpatterns = [
    path("v1/schema/", SpectacularJSONAPIView.as_view(), name="schema"),
    path("docs/", SpectacularSwaggerView.as_view(url_name="schema"), name="docs"),
    path("v1/locales/", views.Locales.as_view()),
    path("v1/<str:locale>/articles/", views.ArticleList.as_view()),
    path("v1/<str:locale>/articles/<str:slug>/", views.ArticleDetail.as_view()),
    path("v1/<str:locale>/products/", views.ProductList.as_view()),
    path("v1/<str:locale>/products/<str:slug>/", views.ProductDetail.as_view()),
]
