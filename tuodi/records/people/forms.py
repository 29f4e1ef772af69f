"""Forms of the people room."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tuodi.core.facts import PEOPLES
from tuodi.records.org.models import Area
from tuodi.records.people.models import Person


class PersonForm(forms.Form):
    """What may be put right about a person; the document number is not among it."""

    name = forms.CharField(label=_("姓名"), max_length=60)
    sex = forms.ChoiceField(label=_("性别"), choices=Person._meta.get_field("sex").choices)
    ethnicity = forms.ChoiceField(label=_("民族"), choices=list(PEOPLES.items()))
    registered_kind = forms.ChoiceField(
        label=_("户籍类别"), choices=Person._meta.get_field("registered_kind").choices
    )
    phone = forms.CharField(
        label=_("新的联系电话"),
        required=False,
        max_length=20,
        help_text=_("不改就留空；现有号码不在这里显示"),
    )
    reason = forms.CharField(label=_("更正原因"), max_length=200, help_text=_("如：更名、写法更正、登记错误"))


class HouseholdForm(forms.Form):
    """Where a household lives."""

    area = forms.ModelChoiceField(label=_("居住地"), queryset=Area.objects.none())
    address = forms.CharField(label=_("住址"), required=False, max_length=120)

    def __init__(self, *args: Any, areas: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = areas  # type: ignore[attr-defined]


class AccountForm(forms.Form):
    """The account a household is paid into."""

    holder = forms.ModelChoiceField(label=_("户名（家庭成员）"), queryset=Person.objects.none())
    bank = forms.CharField(label=_("开户银行"), max_length=40)
    account = forms.CharField(
        label=_("银行账号"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["holder"].queryset = people  # type: ignore[attr-defined]
