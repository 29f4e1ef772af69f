"""Addresses of intake. A number in an address is an application's, never a person's."""

from django.urls import path, register_converter

from tuodi.delivery.intake.views import acts, counter, lists, programmes, receipt, workbook


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
    path("", lists.listing, name="list"),
    path("find/", lists.find, name="find"),
    path("export/", lists.export, name="export"),
    path("new/", counter.new, name="new"),
    path("drafts/<slug:key>/", counter.draft, name="draft"),
    path("drafts/<slug:key>/save/", counter.save, name="save"),
    path("drafts/<slug:key>/programmes/", programmes.of_draft, name="programmes"),
    path("workbook/template/", workbook.template, name="template"),
    path("workbook/", workbook.upload, name="workbook"),
    path("workbook/<digest:digest>/", workbook.dry_run, name="dry_run"),
    path("workbook/<digest:digest>/marked/", workbook.marked, name="marked"),
    path("imports/<int:pk>/", workbook.imported, name="imported"),
    path("<application:number>/receipt/", receipt.receipt, name="receipt"),
    path("<application:number>/receipt.pdf", receipt.receipt_pdf, name="receipt_pdf"),
    path("<application:number>/programmes/", programmes.of_application, name="programmes_of"),
    path("<application:number>/choose/", programmes.choose, name="choose"),
    path("<application:number>/accept/", acts.accept, name="accept"),
    path("<application:number>/notify/", acts.notify, name="notify"),
    path("<application:number>/answer/", acts.answer, name="answer"),
    path("<application:number>/amend/", acts.amend, name="amend"),
    path("<application:number>/decline/", acts.decline, name="decline"),
    path("<application:number>/withdraw/", acts.withdraw, name="withdraw"),
    path("<application:number>/relative/", acts.relative, name="relative"),
]
