"""Addresses of the demo: moving the business day, the walk."""

from django.urls import path

from tuodi.demo import views

app_name = "demo"
urlpatterns = [
    path("day/", views.advance, name="advance"),
    path("guide/", views.guide, name="guide"),
]
