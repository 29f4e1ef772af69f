"""Addresses of the roll."""

from django.urls import path

from tuodi.delivery.entitlement.views import reviews, roll

app_name = "entitlement"
urlpatterns = [
    path("", roll.roll, name="list"),
    path("<int:pk>/", roll.enrolment, name="enrolment"),
    path("<int:pk>/adjust/", roll.adjust, name="adjust"),
    path("<int:pk>/suspend/", roll.suspend, name="suspend"),
    path("<int:pk>/resume/", roll.resume, name="resume"),
    path("<int:pk>/fade/", roll.fade, name="fade"),
    path("<int:pk>/exit/", roll.leave, name="exit"),
    path("<int:pk>/recertify/", reviews.recertify, name="recertify"),
    path("reviews/", reviews.listing, name="reviews"),
    path("reviews/<int:pk>/", reviews.review, name="review"),
    path("reviews/<int:pk>/open/", reviews.take_up, name="review_open"),
    path("reviews/<int:pk>/reassess/", reviews.reassess, name="review_reassess"),
    path("reviews/<int:pk>/continue/", reviews.carry_on, name="review_continue"),
    path("reviews/<int:pk>/refer/", reviews.refer, name="review_refer"),
    path("reviews/<int:pk>/settle/", reviews.settle, name="review_settle"),
    path("reviews/<int:pk>/return/", reviews.send_back, name="review_return"),
    path("pricings/<int:pk>/", roll.pricing, name="pricing"),
    path("months/", roll.month, name="month"),
    path("months/<int:pk>/", roll.run, name="run"),
]
