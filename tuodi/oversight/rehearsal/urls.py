"""Addresses of the rehearsal."""

from django.urls import path

from tuodi.oversight.rehearsal.views import cases, drafts

app_name = "rehearsal"
urlpatterns = [
    path("", drafts.listing, name="list"),
    path("new/", drafts.new, name="new"),
    path("<int:pk>/", drafts.draft, name="draft"),
    path("<int:pk>/edit/", drafts.edit, name="edit"),
    path("<int:pk>/copy/", drafts.copy, name="copy"),
    path("<int:pk>/values/", drafts.add_value, name="add_value"),
    path("<int:pk>/values/<int:value>/remove/", drafts.remove_value, name="remove_value"),
    path("<int:pk>/cases/", cases.listing, name="cases"),
    path("<int:pk>/cases/all/", cases.acknowledge_all, name="acknowledge_all"),
    path("<int:pk>/cases/<slug:programme>/<int:number>/", cases.case, name="case"),
]
