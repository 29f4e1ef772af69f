"""Every address of the house, room by room; tests/house asks each one who may open it."""

from django.urls import include, path

urlpatterns = [
    path("", include("tuodi.portal.urls")),
    path("", include("tuodi.records.org.urls")),
    path("people/", include("tuodi.records.people.urls")),
    path("journal/", include("tuodi.records.journal.urls")),
    path("standards/", include("tuodi.records.standards.urls")),
    path("documents/", include("tuodi.records.documents.urls")),
    path("funds/", include("tuodi.funds.urls")),
    path("intake/", include("tuodi.delivery.intake.urls")),
    path("referral/", include("tuodi.delivery.referral.urls")),
    path("verification/", include("tuodi.delivery.verification.urls")),
    path("determination/", include("tuodi.delivery.determination.urls")),
    path("entitlement/", include("tuodi.delivery.entitlement.urls")),
    path("payment/", include("tuodi.delivery.payment.urls")),
    path("rehearsal/", include("tuodi.oversight.rehearsal.urls")),
    path("coordination/", include("tuodi.coordination.urls")),
    path("api/v1/", include("tuodi.exchange.urls")),
    path("kit/", include("tuodi.kit.urls")),
    path("demo/", include("tuodi.demo.urls")),
]
