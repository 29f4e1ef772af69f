"""The journal's pages stand in org/urls.py: they ask for rights, which the journal, a floor below, cannot know."""

from django.urls import URLPattern

app_name = "journal"
urlpatterns: list[URLPattern] = []
