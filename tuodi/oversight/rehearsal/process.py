"""The procedure of a draft of dated values: drafted by one person, signed by two, in force by itself on its day."""

from __future__ import annotations

from tuodi.core.process import Limit, Process, Step

DRAFT = Process(
    key="rehearsal",
    label="政策预演",
    start="drafting",
    states={
        "drafting": "起草中",
        "proposed": "已提请，待另一人签发",
        "scheduled": "已签发，待施行",
        "active": "已施行",
        "withdrawn": "已撤回",
    },
    steps=(
        Step("propose", "drafting", "proposed", "civil_affairs", "提请施行"),
        Step("sign", "proposed", "scheduled", "leader", "签发"),
        Step("return", "proposed", "drafting", "leader", "退回修改"),
        Step("activate", "scheduled", "active", "system", "施行"),
        Step("withdraw", "drafting", "withdrawn", "civil_affairs", "撤回"),
        Step("withdraw", "proposed", "withdrawn", "civil_affairs", "撤回"),
        Step("withdraw", "scheduled", "withdrawn", "civil_affairs", "撤回"),
    ),
    limits={
        "drafting": Limit(days=180, basis="测试值：半年未提请的预演应清理"),
        "proposed": Limit(working_days=5, basis="测试值：五个工作日内签发或退回"),
        "scheduled": Limit(days=400, basis="测试值：施行日由草案写明"),
    },
    ends=frozenset({"active", "withdrawn"}),
)
