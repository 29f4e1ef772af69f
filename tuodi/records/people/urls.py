"""Addresses of people: keys of rows, never numbers or names of persons."""

from django.urls import path

from tuodi.records.people import views

app_name = "people"
urlpatterns = [
    path("<int:pk>/", views.person, name="person"),
    path("<int:pk>/edit/", views.edit_person, name="edit_person"),
    path("households/<int:pk>/", views.household, name="household"),
    path("households/<int:pk>/edit/", views.edit_household, name="edit_household"),
    path("households/<int:pk>/account/", views.account, name="account"),
    path("reveal/<slug:kind>/<int:pk>/", views.reveal, name="reveal"),
]
