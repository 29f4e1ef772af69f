"""Addresses of the calendar and of the dated values."""

from django.urls import path

from tuodi.records.standards import views

app_name = "standards"
urlpatterns = [
    path("", views.parameters, name="parameters"),
    path("calendar/", views.calendar, name="calendar"),
    path("calendar/<int:year>/", views.calendar, name="calendar_year"),
    path("calendar/<int:year>/notice/", views.notice, name="notice"),
    path("calendar/<int:year>/day/", views.set_day, name="set_day"),
    path("<str:key>/", views.parameter, name="parameter"),
    path("<str:key>/set/", views.set_value, name="set_value"),
]
