"""Addresses of payments."""

from django.urls import path

from tuodi.delivery.payment import views

app_name = "payment"
urlpatterns = [
    path("", views.batches, name="list"),
    path("prepare/", views.prepare, name="prepare"),
    path("<int:pk>/", views.batch, name="batch"),
    path("<int:pk>/roster/", views.roster, name="roster"),
    path("<int:pk>/approve/", views.approve, name="approve"),
    path("<int:pk>/return/", views.send_back, name="return"),
    path("<int:pk>/void/", views.void, name="void"),
    path("<int:pk>/send/", views.send, name="send"),
    path("<int:pk>/reconcile/", views.reconcile, name="reconcile"),
    path("<int:pk>/file/", views.bank_file, name="file"),
    path("<int:pk>/reply/", views.reply, name="reply"),
    path("replies/<int:pk>/", views.reply_faults, name="reply_faults"),
    path("returned/", views.returned, name="returned"),
    path("returned/<int:pk>/restore/", views.restore, name="restore"),
    path("returned/<int:pk>/explain/", views.explain, name="explain"),
    path("publish/", views.publish_totals, name="publish"),
    path("totals/", views.totals, name="totals"),
    path("recoveries/", views.recoveries, name="recoveries"),
    path("recoveries/new/<int:pk>/", views.recovery_new, name="recovery_new"),
    path("recoveries/<int:pk>/", views.recovery, name="recovery"),
    *(
        path(f"recoveries/<int:pk>/{name}/", page, name=f"recovery_{name}")
        for name, page in views.RECOVERY_PAGES.items()
    ),
    path("identities/", views.identities, name="identities"),
]
