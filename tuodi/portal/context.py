"""What every page needs: the business day, who is working, and the navigation their roles open."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tuodi.records.org import clock
from tuodi.records.org.rights import ROLES, Held, held, may
from tuodi.records.standards import selectors as standards


@dataclass(frozen=True)
class NavItem:
    """A place in the left-hand navigation: shown to whoever may do `act`, reached by `g` and `key`."""

    act: str
    label: str | Promise
    url_name: str
    group: str | Promise = ""
    key: str = ""


CASES, MONEY, HOUSE = _("案卷"), _("资金与发放"), _("管理")
NAV = (
    NavItem("portal.worklist", _("待办"), "portal:worklist", "", "w"),
    NavItem("intake.draft", _("新申请"), "intake:new", CASES, "n"),
    NavItem("intake.see", _("申请"), "intake:list", CASES, "a"),
    NavItem("intake.import", _("批量导入"), "intake:workbook", CASES, "i"),
    NavItem("referral.see", _("转办"), "referral:list", CASES, "t"),
    NavItem("verification.see", _("核对"), "verification:list", CASES, "c"),
    NavItem("determination.see", _("审核确认"), "determination:list", CASES, "r"),
    NavItem("determination.spot_check", _("抽查"), "determination:draws", CASES),
    NavItem("documents.see", _("文书"), "documents:list", CASES),
    NavItem("entitlement.see", _("在保名册"), "entitlement:list", MONEY, "e"),
    NavItem("entitlement.review", _("复核"), "entitlement:reviews", MONEY),
    NavItem("entitlement.month", _("月度待遇"), "entitlement:month", MONEY),
    NavItem("payment.see", _("发放清册"), "payment:list", MONEY, "p"),
    NavItem("payment.repair", _("退回款项"), "payment:returned", MONEY),
    NavItem("recovery.see", _("追回"), "payment:recoveries", MONEY),
    NavItem("funds.see", _("资金账"), "funds:balances", MONEY, "f"),
    NavItem("funds.see", _("年度收支"), "funds:year", MONEY),
    NavItem("funds.see", _("月度结账"), "funds:closings", MONEY),
    NavItem("supervision.see", _("时限与督办"), "coordination:late", HOUSE, "l"),
    NavItem("portal.overview", _("全州概览"), "portal:overview", HOUSE, "o"),
    NavItem("standards.see", _("政策书"), "portal:rules", HOUSE),
    NavItem("portal.fields", _("事项字典"), "portal:fields", HOUSE),
    NavItem("standards.see", _("标准与参数"), "standards:parameters", HOUSE),
    NavItem("rehearsal.see", _("政策预演"), "rehearsal:list", HOUSE),
    NavItem("standards.see", _("工作日历"), "standards:calendar", HOUSE),
    NavItem("org.see", _("人员岗位"), "org:officers", HOUSE),
    NavItem("journal.read", _("操作日志"), "org:journal", HOUSE, "j"),
    NavItem("jobs.see", _("后台任务"), "portal:jobs", HOUSE),
)


def page(request: HttpRequest) -> dict[str, Any]:
    """The context processor: `page` for kit/base.html, worked out when a template first asks."""
    return {"page": Page(request)}


def _role(post: Held) -> str:
    """A post's role in words; a township's confirmer is not the county's (T19)."""
    return (
        str(_("审核确认")) if post.role == "confirmer" and len(post.area_code) >= 9 else str(ROLES[post.role])
    )


class Page:
    """Answers kit/base.html's questions about the page; each is worked out once, and only when asked."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.day = clock.today()
        self.demo = settings.DEMO

    @property
    def day_provisional(self) -> bool:
        return bool(standards.calendar().provisional([self.day.year]))

    @property
    def officer(self) -> Any:
        return self.request.user if self.request.user.is_authenticated else None

    @property
    def posts(self) -> list[str]:
        """The officer's posts today as place and role."""
        if not self.officer:
            return []
        return [f"{h.area_name} {_role(h)}" for h in held(self.officer) if h.runs_on(self.day)]

    @property
    def nav(self) -> list[dict[str, Any]]:
        if not self.officer:
            return []
        here = self.request.path
        shown = [
            {"url": reverse(item.url_name), "label": item.label, "group": item.group, "key": item.key}
            for item in NAV
            if may(self.officer, item.act)
        ]
        longest = max((i["url"] for i in shown if here.startswith(i["url"])), key=len, default="")
        for item in shown:
            item["current"] = item["url"] == longest and (longest != "/" or here == "/")
        return shown

    @property
    def large_text(self) -> bool:
        if self.officer:
            return bool(self.officer.large_text)
        return bool(getattr(self.request, "session", {}).get("large_text"))

    @property
    def advance_url(self) -> str:
        return reverse("demo:advance") if self.demo and self.officer else ""

    @property
    def guide_url(self) -> str:
        return reverse("demo:guide") if self.demo and self.officer else ""

    @property
    def text_size_url(self) -> str:
        return reverse("org:text_size")

    @property
    def language_url(self) -> str:
        return reverse("org:language")

    @property
    def account_url(self) -> str:
        return reverse("org:account") if self.officer else ""

    @property
    def logout_url(self) -> str:
        return reverse("org:logout") if self.officer else ""

    @property
    def version(self) -> str:
        return VERSION


def _version() -> str:
    try:
        return version("tuodi")
    except PackageNotFoundError:
        return ""


VERSION = _version()
