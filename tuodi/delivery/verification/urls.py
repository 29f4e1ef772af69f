"""Addresses of verification."""

from django.urls import path

from tuodi.delivery.verification.views import alerts, checks, doubts, lists, surveys

app_name = "verification"
urlpatterns = [
    path("", lists.check_list, name="list"),
    path("run/", lists.run, name="run"),
    path("alerts/", alerts.alerts, name="alerts"),
    path("alerts/<int:pk>/", alerts.alert, name="alert"),
    path("checks/<int:pk>/", checks.check, name="check"),
    path("checks/<int:pk>/ask/", checks.ask, name="ask"),
    path("checks/<int:pk>/recheck/", checks.recheck, name="recheck"),
    path("doubts/<int:pk>/explain/", doubts.explain, name="explain"),
    path("doubts/<int:pk>/settle/", doubts.settle, name="settle"),
    path("applications/<str:number>/survey/", surveys.survey, name="survey"),
    path("applications/<str:number>/appraisal/", surveys.appraisal, name="appraisal"),
    path("surveys/<int:pk>/", surveys.survey_seen, name="survey_seen"),
]
