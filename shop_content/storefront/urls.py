"""Addresses of the storefront preview."""

from django.urls import path

from shop_content.storefront import views

urlpatterns = [
    path("", views.start, name="start"),
    path("<str:locale>/blog/", views.blog, name="blog"),
    path("<str:locale>/blog/<str:slug>/", views.article, name="article"),
    path("<str:locale>/blog/<str:slug>/comments/", views.comments, name="comments"),
    path("<str:locale>/products/<str:slug>/", views.product, name="product"),
]
