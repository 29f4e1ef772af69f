"""Addresses of determination."""

from django.urls import path

from tuodi.delivery.determination import views

app_name = "determination"
urlpatterns = [
    path("", views.review_list, name="list"),
    path("export.xlsx", views.export, name="export"),
    path("board/", views.board, name="board"),
    path("to-notify/", views.to_notify, name="to_notify"),
    path("<int:pk>/", views.review, name="review"),
    path("<int:pk>/assess/", views.assess, name="assess"),
    path("<int:pk>/survey-done/", views.survey_done, name="survey_done"),
    path("<int:pk>/appraise/", views.appraise, name="appraise"),
    path("<int:pk>/opinion/", views.form_opinion, name="form_opinion"),
    path("<int:pk>/post-notice/", views.post_notice, name="post_notice"),
    path("<int:pk>/object/", views.objection, name="object"),
    path("<int:pk>/reinvestigate/", views.reinvestigate, name="reinvestigate"),
    path("<int:pk>/send-up/", views.send_up, name="send_up"),
    path("<int:pk>/receive/", views.receive, name="receive"),
    path("<int:pk>/visit/", views.visit, name="visit"),
    path("<int:pk>/propose/", views.propose, name="propose"),
    path("<int:pk>/post-second-notice/", views.post_second_notice, name="post_second_notice"),
    path("<int:pk>/confirm/", views.confirm, name="confirm"),
    path("<int:pk>/refuse/", views.refuse, name="refuse"),
    path("<int:pk>/terminate/", views.terminate, name="terminate"),
    path("<int:pk>/return/", views.return_to_township, name="return"),
    path("<int:pk>/extend/", views.extend, name="extend"),
    path("objections/<int:pk>/", views.conclude, name="conclude"),
    path("decisions/<int:pk>/", views.decision, name="decision"),
    path("decisions/<int:pk>/notify/", views.notify, name="notify"),
    path("draws/", views.draws, name="draws"),
    path("draws/<int:pk>/", views.draw, name="draw"),
    path("draws/new/<str:code>/", views.new_draw, name="new_draw"),
    path("notice/<slug:slug>/", views.notice, name="notice"),
]
