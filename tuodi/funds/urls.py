"""Addresses of the ledger."""

from django.urls import path

from tuodi.funds import views

app_name = "funds"
urlpatterns = [
    path("", views.balances, name="balances"),
    path("accounts/<int:pk>/", views.statement, name="statement"),
    path("entries/<int:pk>/", views.entry, name="entry"),
    path("entries/<int:pk>/reverse/", views.undo, name="reverse"),
    path("release/", views.release, name="release"),
    path("allocate/", views.allocate, name="allocate"),
]
