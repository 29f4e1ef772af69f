"""Addresses of kit."""

from django.urls import path

from tuodi.kit import views

app_name = "kit"
urlpatterns = [
    path("styleguide/", views.styleguide, name="styleguide"),
]
