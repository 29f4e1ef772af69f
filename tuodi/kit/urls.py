"""Addresses of kit."""

from django.urls import path

from tuodi.kit import views

app_name = "kit"
urlpatterns = [
    path("text-size/", views.text_size, name="text_size"),
    path("styleguide/", views.styleguide, name="styleguide"),
]
