"""Addresses of the portal."""

from django.urls import URLPattern

from tuodi.portal import jobs

app_name = "portal"
urlpatterns: list[URLPattern] = [*jobs.urlpatterns]
