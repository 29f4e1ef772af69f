"""Addresses of the ledger."""

from datetime import date

from django.urls import path, register_converter

from tuodi.core.months import parse_month
from tuodi.funds import views


class MonthConverter:
    """A month in an address, as 2026-11."""

    regex = r"\d{4}-(?:0[1-9]|1[0-2])"

    def to_python(self, value: str) -> date:
        return parse_month(value)

    def to_url(self, value: date | str) -> str:
        return value if isinstance(value, str) else f"{value:%Y-%m}"


register_converter(MonthConverter, "month")

app_name = "funds"
urlpatterns = [
    path("", views.balances, name="balances"),
    path("accounts/<int:pk>/", views.statement, name="statement"),
    path("entries/<int:pk>/", views.entry, name="entry"),
    path("entries/<int:pk>/reverse/", views.undo, name="reverse"),
    path("release/", views.release, name="release"),
    path("allocate/", views.allocate, name="allocate"),
    path("year/", views.year, name="year"),
    path("year/budget/", views.set_budget, name="budget"),
    path("year/<int:pk>/carry-over/", views.carry_over, name="carry_over"),
    path("year/<int:pk>/take-back/", views.take_back, name="take_back"),
    path("closing/", views.closings, name="closings"),
    path("closing/<month:month>/", views.closing, name="closing"),
    path("closing/<month:month>/ask/", views.ask_closing, name="close_ask"),
    path("closing/<month:month>/close/", views.close_month, name="close"),
    path("closing/<month:month>/return/", views.return_closing, name="close_return"),
]
