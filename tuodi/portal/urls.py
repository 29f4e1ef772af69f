"""Addresses of the portal: first page, a case as a whole, where a yuan comes from, search, the prefecture at a glance."""

from django.urls import path

from tuodi.portal import citizen, fields, households, jobs, rulebook, views

app_name = "portal"
urlpatterns = [
    path("", views.worklist, name="worklist"),
    path("search/", views.search, name="search"),
    path("cases/<str:number>/", views.case, name="case"),
    path("trace/<str:reference>/", views.trace, name="trace"),
    path("overview/", views.overview, name="overview"),
    *households.urlpatterns,
    *rulebook.urlpatterns,
    *citizen.urlpatterns,
    *fields.urlpatterns,
    *jobs.urlpatterns,
]
