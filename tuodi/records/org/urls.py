"""Addresses of signing in, one's account, the officers' register, and the journal (whose room is a floor below rights)."""

from django.urls import path
from django.views.i18n import set_language

from tuodi.records.org.rights import public_page
from tuodi.records.org.views import journal, officers, sign_in

app_name = "org"
urlpatterns = [
    path("login/", sign_in.sign_in, name="login"),
    path("logout/", sign_in.sign_out, name="logout"),
    path("account/", sign_in.account, name="account"),
    path("account/password/", sign_in.password, name="password"),
    path("account/second-factor/", sign_in.second_factor, name="second_factor"),
    path("account/text-size/", sign_in.text_size, name="text_size"),
    path("language/", public_page(set_language), name="language"),
    path("officers/", officers.officers, name="officers"),
    path("officers/waits/", officers.waits, name="waits"),
    path("officers/waits/<int:pk>/", officers.let_through, name="let_through"),
    path("officers/new/", officers.new_officer, name="officer_new"),
    path("officers/<int:pk>/", officers.officer, name="officer"),
    path("officers/<int:pk>/posts/", officers.give_post, name="give_post"),
    path("officers/<int:pk>/<slug:act>/", officers.account_act, name="account_act"),
    path("posts/<int:pk>/end/", officers.end_post, name="end_post"),
    path("journal/", journal.lines, name="journal"),
]
