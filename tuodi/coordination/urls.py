"""Addresses of the clock."""

from django.urls import path

from tuodi.coordination import views

app_name = "coordination"
urlpatterns = [
    path("", views.late, name="late"),
    path("orders/", views.orders, name="orders"),
    path("orders/<int:pk>/", views.order, name="order"),
    path("orders/<int:pk>/answer/", views.answer, name="answer"),
    path("orders/<int:pk>/letter.pdf", views.letter, name="letter"),
    path("bodies/", views.bodies, name="bodies"),
]
