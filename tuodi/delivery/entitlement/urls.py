"""Addresses of the roll."""

from django.urls import path

from tuodi.delivery.entitlement import views

app_name = "entitlement"
urlpatterns = [
    path("", views.roll, name="list"),
    path("<int:pk>/", views.enrolment, name="enrolment"),
    path("<int:pk>/adjust/", views.adjust, name="adjust"),
    path("<int:pk>/suspend/", views.suspend, name="suspend"),
    path("<int:pk>/resume/", views.resume, name="resume"),
    path("<int:pk>/fade/", views.fade, name="fade"),
    path("<int:pk>/exit/", views.leave, name="exit"),
    path("pricings/<int:pk>/", views.pricing, name="pricing"),
    path("months/", views.month, name="month"),
    path("months/<int:pk>/", views.run, name="run"),
]
