"""Addresses of referral."""

from django.urls import path

from tuodi.delivery.referral.views import acts, family, lists, questions, referral

app_name = "referral"
urlpatterns = [
    path("", lists.referral_list, name="list"),
    path("questions/", questions.question_list, name="questions"),
    path("questions/<int:pk>/", questions.reply, name="reply"),
    path("applications/<str:number>/", family.family, name="family"),
    path("applications/<str:number>/send/", family.send, name="send"),
    path("<str:number>/", referral.referral, name="referral"),
    path("<str:number>/letter.pdf", referral.letter, name="letter"),
    path("<str:number>/accept/", acts.accept, name="accept"),
    path("<str:number>/return/", acts.return_, name="return"),
    path("<str:number>/readdress/", acts.readdress, name="readdress"),
    path("<str:number>/rule/", acts.rule, name="rule"),
    path("<str:number>/correct/", acts.correct, name="correct"),
    path("<str:number>/answer/", acts.answer, name="answer"),
    path("<str:number>/step/", acts.step, name="step"),
    path("<str:number>/conclude/", acts.conclude, name="conclude"),
    path("<str:number>/question/", questions.ask, name="question"),
    path("<str:number>/visit/", questions.visit, name="visit"),
]
