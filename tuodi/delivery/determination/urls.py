"""Addresses of determination."""

from django.urls import path

from tuodi.delivery.determination.views import acts, case, lists, notice, objections, visits

app_name = "determination"
urlpatterns = [
    path("", lists.review_list, name="list"),
    path("export.xlsx", lists.export, name="export"),
    path("board/", lists.board, name="board"),
    path("to-notify/", lists.to_notify, name="to_notify"),
    path("<int:pk>/", case.review, name="review"),
    path("<int:pk>/assess/", case.assess, name="assess"),
    path("<int:pk>/survey-done/", acts.survey_done, name="survey_done"),
    path("<int:pk>/appraise/", acts.appraise, name="appraise"),
    path("<int:pk>/opinion/", acts.form_opinion, name="form_opinion"),
    path("<int:pk>/post-notice/", acts.post_notice, name="post_notice"),
    path("<int:pk>/object/", objections.objection, name="object"),
    path("<int:pk>/reinvestigate/", acts.reinvestigate, name="reinvestigate"),
    path("<int:pk>/send-up/", acts.send_up, name="send_up"),
    path("<int:pk>/receive/", acts.receive, name="receive"),
    path("<int:pk>/visit/", visits.visit, name="visit"),
    path("<int:pk>/propose/", acts.propose, name="propose"),
    path("<int:pk>/post-second-notice/", acts.post_second_notice, name="post_second_notice"),
    path("<int:pk>/confirm/", acts.confirm, name="confirm"),
    path("<int:pk>/refuse/", acts.refuse, name="refuse"),
    path("<int:pk>/terminate/", acts.terminate, name="terminate"),
    path("<int:pk>/return/", acts.return_to_township, name="return"),
    path("<int:pk>/extend/", acts.extend, name="extend"),
    path("objections/<int:pk>/", objections.conclude, name="conclude"),
    path("decisions/<int:pk>/", case.decision, name="decision"),
    path("decisions/<int:pk>/notify/", case.notify, name="notify"),
    path("draws/", visits.draws, name="draws"),
    path("draws/<int:pk>/", visits.draw, name="draw"),
    path("draws/new/<str:code>/after/", visits.new_draw_after, name="new_draw_after"),
    path("draws/new/<str:code>/", visits.new_draw, name="new_draw"),
    path("notice/<slug:slug>/", notice.notice, name="notice"),
]
