"""Addresses of intake. A number in an address is an application's, never a person's."""

from django.urls import path, register_converter

from tuodi.delivery.intake import views


class Number:
    """An application number: township, year, running number; H before those taken over from before the platform."""

    regex = r"\d{9}-\d{4}-(?:\d{5,7}|H\d{6})"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class Digest:
    """The hash of an uploaded file."""

    regex = r"[0-9a-f]{64}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Number, "application")
register_converter(Digest, "digest")

app_name = "intake"
urlpatterns = [
    path("", views.listing, name="list"),
    path("find/", views.find, name="find"),
    path("export/", views.export, name="export"),
    path("new/", views.new, name="new"),
    path("drafts/<slug:key>/", views.draft, name="draft"),
    path("drafts/<slug:key>/save/", views.save, name="save"),
    path("workbook/template/", views.template, name="template"),
    path("workbook/", views.upload, name="workbook"),
    path("workbook/<digest:digest>/", views.dry_run, name="dry_run"),
    path("workbook/<digest:digest>/marked/", views.marked, name="marked"),
    path("imports/<int:pk>/", views.imported, name="imported"),
    path("<application:number>/receipt/", views.receipt, name="receipt"),
    path("<application:number>/receipt.pdf", views.receipt_pdf, name="receipt_pdf"),
    path("<application:number>/accept/", views.accept, name="accept"),
    path("<application:number>/notify/", views.notify, name="notify"),
    path("<application:number>/answer/", views.answer, name="answer"),
    path("<application:number>/amend/", views.amend, name="amend"),
    path("<application:number>/decline/", views.decline, name="decline"),
    path("<application:number>/withdraw/", views.withdraw, name="withdraw"),
    path("<application:number>/relative/", views.relative, name="relative"),
]
