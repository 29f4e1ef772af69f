"""The style guide's sample contents: one of everything, so a developer can look and axe can check. Demo mode only."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator

from tuodi.kit import charts


class SampleForm(forms.Form):
    """One field of each sort."""

    name = forms.CharField(label="姓名", max_length=60, help_text="与身份证一致；少数民族姓名中的“·”照写")
    number = forms.CharField(label="居民身份证号码", help_text="18 位，最后一位可以是 X")
    birth_on = forms.DateField(
        label="出生日期", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    relation = forms.ChoiceField(
        label="与户主关系", choices=(("", "请选择"), ("spouse", "配偶"), ("child", "子女"))
    )
    kind = forms.ChoiceField(
        label="户籍", choices=(("urban", "城镇"), ("rural", "农村")), widget=forms.RadioSelect
    )
    needs = forms.MultipleChoiceField(
        label="需要的帮助",
        required=False,
        choices=(("medical", "医疗"), ("education", "教育"), ("housing", "住房")),
        widget=forms.CheckboxSelectMultiple,
    )
    income = forms.CharField(
        label="上月收入（元）", required=False, widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )
    pledge = forms.BooleanField(label="本人承诺所填情况属实，同意对家庭经济状况进行核对")
    note = forms.CharField(label="备注", required=False, widget=forms.Textarea(attrs={"rows": 3}))


def samples(today: date) -> dict[str, Any]:
    """Everything the style guide page shows."""
    faulty = SampleForm({"name": "", "number": "53310319900101", "kind": "rural", "relation": "spouse"})
    faulty.is_valid()
    faulty.add_error("number", "号码只有 14 位，应为 18 位；请对照证件重填")
    ago = lambda n: today - timedelta(days=n)  # noqa: E731
    rows = [
        ("DB-2026-000017", "李*花", "芒市镇大湾村", 4, "notice", 124500, 3),
        ("DB-2026-000018", "岩*", "遮放镇弄坎村", 3, "survey", None, 1),
        ("DB-2026-000021", "木*扎", "西山乡弄丙村", 6, "review", None, -2),
        ("DB-2026-000024", "欧**明", "勐戛镇三角岩村", 2, "granted", 73400, None),
    ]
    return {
        "today": today,
        "crumbs": [{"label": "工作台", "url": "/"}, {"label": "样式一览"}],
        "form": SampleForm(),
        "faulty": faulty,
        "rows": [
            {
                "number": n,
                "head": h,
                "place": p,
                "size": s,
                "state": st,
                "fen": f,
                "due": None if d is None else today + timedelta(days=d),
            }
            for n, h, p, s, st, f, d in rows
        ],
        "words": {"notice": "公示中", "survey": "入户调查", "review": "待审核", "granted": "已确认"},
        "pages": Paginator(range(1043), 20).page(7),
        "tabs": [
            {"label": "待办", "url": "?tab=todo", "current": True, "count": 12},
            {"label": "在办", "url": "?tab=doing", "count": 40},
            {"label": "办结", "url": "?tab=done"},
        ],
        "steps": [
            {"label": "受理", "state": "done", "on": ago(20)},
            {"label": "核对", "state": "done", "on": ago(17)},
            {"label": "入户调查", "state": "done", "on": ago(12)},
            {"label": "民主评议", "state": "skip", "note": "无争议"},
            {"label": "公示", "state": "now", "due": today + timedelta(days=3)},
            {"label": "审核确认"},
            {"label": "发放"},
        ],
        "timeline": [
            {
                "on": ago(20),
                "who": "杨晓梅（经办人）",
                "what": "受理申请",
                "text": "材料齐全，出具受理通知书。",
                "tone": "ok",
            },
            {
                "on": ago(17),
                "who": "系统",
                "what": "核对反馈 9 项，1 项不一致",
                "text": "车辆：申报无，公安交管登记 1 辆。\n已请申请人说明。",
                "url": "#",
            },
            {"on": ago(12), "who": "赵国强、段丽", "what": "入户调查", "text": "车辆已报废，附报废证明。"},
            {
                "on": ago(4),
                "who": "赵国强（乡镇审核）",
                "what": "公示开始",
                "text": "大湾村村务公开栏，公示 7 天。",
            },
        ],
        "compare": [
            {
                "label": "工资性收入（年）",
                "declared": "12,000.00",
                "found": "12,000.00",
                "differs": False,
                "source": "人社 · 养老保险",
                "age": "3 天前查询",
            },
            {
                "label": "机动车",
                "declared": "无",
                "found": "1 辆（微型面包车）",
                "differs": True,
                "note": "待说明",
                "source": "公安 · 车辆登记",
                "age": "3 天前查询",
            },
            {
                "label": "银行存款",
                "declared": "3,200.00",
                "found": None,
                "differs": None,
                "source": "金融信息核对",
                "age": "尚未反馈",
            },
        ],
        "findings": [
            {
                "holds": True,
                "text": "家庭年收入 17,856.00 元，低于 3 口人标准合计 20,160.00 元。",
                "basis": "最低生活保障审核确认办法 第四条",
            },
            {
                "holds": False,
                "text": "人均金融资产 31,000.00 元，高于限额 17,856.00 元。",
                "basis": "最低生活保障审核确认办法 第十四条",
                "change": "金融资产降到 53,568.00 元以下",
            },
            {
                "holds": False,
                "required": False,
                "text": "低保边缘家庭收入线 30,240.00 元：本户金融资产超过限额，不再比较。",
                "basis": "最低生活保障审核确认办法 第八条",
            },
            {
                "holds": None,
                "text": "机动车情况待查明：登记 1 辆，申请人称已报废。",
                "basis": "最低生活保障审核确认办法 第十四条",
            },
        ],
        "bar": charts.bar(
            "各县（市）在保户数",
            ["芒市", "瑞丽市", "梁河县", "盈江县", "陇川县"],
            [5120, 1830, 3904, 4777, None],
            unit="户",
            size=420,
        ),
        "line": charts.line(
            "每月发放金额（元）",
            [f"{m}月" for m in range(1, 12)],
            {
                "城市低保": [
                    210_300_00,
                    211_000_00,
                    213_500_00,
                    212_800_00,
                    214_000_00,
                    214_900_00,
                    231_000_00,
                    231_200_00,
                    230_100_00,
                    229_900_00,
                    231_700_00,
                ],
                "农村低保": [
                    480_000_00,
                    483_000_00,
                    482_100_00,
                    None,
                    487_000_00,
                    488_200_00,
                    524_000_00,
                    523_000_00,
                    521_000_00,
                    525_000_00,
                    526_100_00,
                ],
            },
            unit="fen",
        ),
        "stacked": charts.stacked(
            "各季度资金来源（万元）",
            ["一季度", "二季度", "三季度", "四季度"],
            {
                "中央": [620, 640, 655, 660],
                "省级": [180, 180, 190, 190],
                "州级": [40, 45, 45, 50],
                "县级": [35, 30, 38, 41],
            },
            size=420,
        ),
    }
