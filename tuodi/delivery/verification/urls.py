"""Addresses of verification."""

from django.urls import path

from tuodi.delivery.verification import views

app_name = "verification"
urlpatterns = [
    path("", views.check_list, name="list"),
    path("run/", views.run, name="run"),
    path("alerts/", views.alerts, name="alerts"),
    path("alerts/<int:pk>/", views.alert, name="alert"),
    path("checks/<int:pk>/", views.check, name="check"),
    path("checks/<int:pk>/ask/", views.ask, name="ask"),
    path("checks/<int:pk>/recheck/", views.recheck, name="recheck"),
    path("doubts/<int:pk>/explain/", views.explain, name="explain"),
    path("doubts/<int:pk>/settle/", views.settle, name="settle"),
    path("applications/<str:number>/survey/", views.survey, name="survey"),
    path("applications/<str:number>/appraisal/", views.appraisal, name="appraisal"),
    path("surveys/<int:pk>/", views.survey_seen, name="survey_seen"),
]
