"""Forms of the calendar and of the dated values."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tuodi.core.money import parse_yuan
from tuodi.core.parameters import MARKS, ParameterInfo
from tuodi.records.org import rights
from tuodi.records.org.forms import DayInput
from tuodi.records.org.models import Area, Officer
from tuodi.records.standards.services import value_fault


class NoticeForm(forms.Form):
    """A year's notice: pasted lines or a CSV file."""

    basis = forms.CharField(label=_("通知名称和文号"), max_length=200)
    lines = forms.CharField(
        label=_("放假和调休的日子"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_("每行一天：2027-02-06,放假,春节；调休上班的周末写：2027-02-14,上班,春节调休"),
    )
    file = forms.FileField(label=_("或选 CSV 文件"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        text = found.get("lines") or ""
        if found.get("file"):
            raw = found["file"].read(200_000)
            for encoding in ("utf-8-sig", "gb18030"):
                try:
                    text = raw.decode(encoding)
                    break
                except UnicodeDecodeError:
                    continue
            else:
                self.add_error("file", _("文件不是文本：请另存为 CSV（UTF-8 或 GBK）"))
        if not text.strip() and not self.errors:
            self.add_error("lines", _("请粘贴通知列出的日子，或选一个文件"))
        found["text"] = text
        return found


class DayForm(forms.Form):
    """One day changed by hand."""

    CHOICES = (("off", _("放假")), ("works", _("上班（周末调休）")), ("none", _("取消这一天的特别安排")))
    day = forms.DateField(label=_("日期"), widget=DayInput)
    kind = forms.ChoiceField(label=_("安排"), choices=CHOICES)
    label = forms.CharField(label=_("名称或缘由"), max_length=40, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)


class ValueForm(forms.Form):
    """A value from a day on. Money is typed in yuan and kept in fen."""

    area = forms.ModelChoiceField(Area.objects.none(), label=_("地方"), help_text=_("管到这里及其以下"))
    since = forms.DateField(label=_("自哪天起"), widget=DayInput)
    value = forms.CharField(label=_("值"), max_length=60)
    basis = forms.CharField(label=_("文件名称、文号"), max_length=200)
    mark = forms.ChoiceField(label=_("可靠程度"), choices=list(MARKS.items()))

    def __init__(self, *args: Any, info: ParameterInfo, by: Officer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.info = info
        places = Area.objects.filter(level__in=("prefecture", "county"))
        self.fields["area"].queryset = rights.visible(places, by, "code", act="standards.set").order_by(
            "code"
        )
        if info.unit == "fen":
            self.fields["value"].label = _("金额（元）")
        elif info.unit == "bool":
            self.fields["value"] = forms.ChoiceField(label=_("值"), choices=(("1", _("是")), ("0", _("否"))))
        elif info.unit != "word":
            self.fields["value"].help_text = _("单位：{unit}").format(unit=info.unit)

    def clean_value(self) -> int | bool | str:
        text = str(self.cleaned_data["value"]).strip()
        value: int | bool | str
        if self.info.unit == "bool":
            value = text == "1"
        elif self.info.unit == "word":
            value = text
        elif self.info.unit == "fen":
            parsed = parse_yuan(text)
            if parsed.fen is None:
                raise forms.ValidationError(parsed.fault)
            value = parsed.fen
        elif self.info.unit == "basis_points":
            try:
                scaled = Decimal(text.rstrip("%％ ")) * 100
            except InvalidOperation:
                raise forms.ValidationError(_("应填百分数，如 20 或 12.5")) from None
            if not scaled.is_finite() or scaled != scaled.to_integral_value():
                raise forms.ValidationError(_("百分数最多两位小数"))
            value = int(scaled)
        else:
            try:
                value = int(text)
            except ValueError:
                raise forms.ValidationError(_("应填整数")) from None
        fault = value_fault(self.info, value)
        if fault:
            raise forms.ValidationError(fault)
        return value
