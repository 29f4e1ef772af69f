"""The demo's people: who works where, and what a newcomer can try with each account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tuodi.records.journal import services as journal
from tuodi.records.org.models import Assignment, Officer

SINCE_DEMO = date(2026, 1, 5)  # a day on which every demo post is held
PASSWORD = "tuodi-demo-2026"  # noqa: S105  the demo's, printed at start; production makes no such accounts
TOWN, COUNTY, PREFECTURE, OTHER_COUNTY = "533103105", "533103", "533100", "533123"
HANDED_OVER, TOWN_THAT_DECIDES = (
    "533124",
    "533124101",
)  # the county whose townships decide (T19), and one of them


@dataclass(frozen=True)
class Account:
    """A named demo person; `purpose` is printed beside the account."""

    username: str
    name: str
    role: str
    area: str
    department: str | None
    purpose: str


ACCOUNTS = (
    Account("jingban", "杨晓梅", "counter", TOWN, "civil_affairs", "风平镇窗口经办：受理申请、入户调查"),
    Account("jingban2", "刀保相", "counter", TOWN, "civil_affairs", "风平镇第二经办人：与杨晓梅同组入户"),
    Account("shenhe", "李绍文", "reviewer", TOWN, "civil_affairs", "风平镇审核：提出意见、公示、上报"),
    Account("queren", "尹正荣", "confirmer", COUNTY, "civil_affairs", "芒市审核确认：抽查、确认或不予确认"),
    Account(
        "minzheng",
        "段丽华",
        "civil_affairs",
        COUNTY,
        "civil_affairs",
        "芒市民政业务：名册、月度待遇、制作发放清册",
    ),
    Account("fafang", "排勒干", "payer", COUNTY, "civil_affairs", "芒市发放复核：第二人批准清册"),
    Account("caizheng", "方云飞", "finance", COUNTY, "finance", "芒市财政：下达指标、送银行、对账"),
    Account(
        "zhouminzheng",
        "思永平",
        "civil_affairs",
        PREFECTURE,
        "civil_affairs",
        "州民政业务：提请月度结账、核对各县",
    ),
    Account("zhoucaizheng", "管映雪", "finance", PREFECTURE, "finance", "州财政：月度结账、年终结转与收回"),
    Account("jiaoyu", "曹开明", "bureau", PREFECTURE, "education", "州教育部门经办"),
    Account("canlian", "余文学", "bureau", PREFECTURE, "disabled_federation", "州残联经办"),
    Account("shoufei", "罕玉香", "cashier", COUNTY, "health", "定点医院收费员"),
    Account("bangongshi", "番兴华", "office", PREFECTURE, "civil_affairs", "领导小组办公室：全州进展与超期"),
    Account("lingdao", "岳早山", "leader", PREFECTURE, None, "领导：全州概览"),
    Account("shenji", "寸德昌", "auditor", PREFECTURE, None, "审计：日志、凭证、任意一笔钱追到条文"),
    Account("guanli", "线应祥", "admin", PREFECTURE, None, "系统管理：人员、岗位、日历、后台任务"),
    Account(
        "yingjiang", "麻金凤", "counter", "533123104", "civil_affairs", "盈江县弄璋镇经办：看不到芒市的案卷"
    ),
    Account("yjqueren", "雷世荣", "confirmer", OTHER_COUNTY, "civil_affairs", "盈江县审核确认：另一个县"),
    Account(
        "zhangfeng",
        "多正昌",
        "confirmer",
        TOWN_THAT_DECIDES,
        "civil_affairs",
        "陇川县章凤镇审核确认：受县级委托，由乡镇决定",
    ),
    Account(
        "longchuan", "闷小兰", "confirmer", HANDED_OVER, "civil_affairs", "陇川县：对乡镇决定的事后抽查、入户"
    ),
    Account("luren", "郑朝阳", "", "", None, "无岗位人员：什么也看不到"),
)


def make_accounts(since: date) -> dict[str, Officer]:
    """The demo officers by user name; made once, left alone when they are there."""
    made: dict[str, Officer] = {}
    password = None
    for account in ACCOUNTS:
        officer = Officer.objects.filter(username=account.username).first()
        if officer is None:
            officer = Officer(username=account.username, name=account.name, department_id=account.department)
            if password is None:  # one slow hash for all: they share the printed password
                officer.set_password(PASSWORD)
                password = officer.password
            officer.password = password
            officer.save()
            if account.role:
                Assignment.objects.create(
                    officer=officer, role=account.role, area_id=account.area, since=since, given_by="guanli"
                )
            journal.record("org.officer_made", by=journal.SYSTEM, on=since, record=officer)
        made[account.username] = officer
    return made
