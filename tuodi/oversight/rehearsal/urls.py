"""Addresses of the rehearsal."""

from django.urls import path

from tuodi.oversight.rehearsal.views import cases, drafts, results, schedule

app_name = "rehearsal"
urlpatterns = [
    path("", drafts.listing, name="list"),
    path("new/", drafts.new, name="new"),
    path("freeze/", results.freeze, name="freeze"),
    path("compare/", results.compare, name="compare"),
    path("compare/run/", results.run_together, name="run_together"),
    path("jobs/<int:pk>/", results.job, name="job"),
    path("jobs/<int:pk>/progress/", results.progress, name="progress"),
    path("results/<int:pk>/", results.result, name="result"),
    path("results/<int:pk>/briefing.docx", results.briefing, name="briefing"),
    path("<int:pk>/", drafts.draft, name="draft"),
    path("<int:pk>/edit/", drafts.edit, name="edit"),
    path("<int:pk>/copy/", drafts.copy, name="copy"),
    path("<int:pk>/values/", drafts.add_value, name="add_value"),
    path("<int:pk>/values/<int:value>/remove/", drafts.remove_value, name="remove_value"),
    path("<int:pk>/cases/", cases.listing, name="cases"),
    path("<int:pk>/cases/all/", cases.acknowledge_all, name="acknowledge_all"),
    path("<int:pk>/cases/<slug:programme>/<int:number>/", cases.case, name="case"),
    path("<int:pk>/cases/<slug:programme>/<int:number>/acknowledge/", cases.acknowledge, name="acknowledge"),
    path("<int:pk>/run/", results.run, name="run"),
    path("<int:pk>/propose/", schedule.propose, name="propose"),
    path("<int:pk>/sign/", schedule.sign, name="sign"),
    path("<int:pk>/return/", schedule.send_back, name="return"),
    path("<int:pk>/withdraw/", schedule.withdraw, name="withdraw"),
]
