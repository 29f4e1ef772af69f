"""Forms of signing in and of the officers' register."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.password_validation import password_validators_help_texts
from django.utils.translation import gettext_lazy as _

from tuodi.records.org import rights
from tuodi.records.org.models import Area, Department, Officer


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


class LoginForm(AuthenticationForm):
    """One text for an unknown account, a wrong password and a stopped account."""

    error_messages = {
        "invalid_login": _("账号或密码不正确"),
        "inactive": _("账号或密码不正确"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("账号")
        self.fields["password"].label = _("密码")


class TokenForm(forms.Form):
    token = forms.CharField(
        label=_("动态口令"),
        max_length=8,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": True}
        ),
        help_text=_("手机身份验证器上显示的六位数字"),
    )

    def clean_token(self) -> str:
        token = "".join(self.cleaned_data["token"].split())
        if not token.isascii() or not token.isdigit() or len(token) != 6:
            raise forms.ValidationError(_("应为六位数字"))
        return token


class PasswordForm(forms.Form):
    old = forms.CharField(
        label=_("现在的密码"), widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    new = forms.CharField(
        label=_("新密码"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )
    again = forms.CharField(
        label=_("再输一次新密码"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def __init__(self, officer: Officer, *args: Any, **kwargs: Any) -> None:
        self.officer = officer
        super().__init__(*args, **kwargs)
        self.fields["new"].help_text = "；".join(
            str(t).rstrip("。.") for t in password_validators_help_texts()
        )

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if "old" in found and not self.officer.check_password(found["old"]):
            self.add_error("old", _("现在的密码不正确"))
        if "new" in found and "again" in found and found["new"] != found["again"]:
            self.add_error("again", _("两次输入不一致"))
        if found.get("new") and found.get("new") == found.get("old"):
            self.add_error("new", _("新密码不能与现在的相同"))
        return found


class OfficerForm(forms.Form):
    username = forms.RegexField(
        r"^[a-z][a-z0-9_.]{2,39}$", label=_("账号"), help_text=_("小写字母开头，3 至 40 位字母或数字")
    )
    name = forms.CharField(label=_("姓名"), max_length=40)
    department = forms.ModelChoiceField(Department.objects.none(), label=_("单位"), required=False)
    is_active = forms.BooleanField(label=_("账号可用"), required=False)

    def __init__(self, *args: Any, on: Any, existing: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["department"]
        field.queryset = Department.objects.prefetch_related("names").order_by("code")
        field.label_from_instance = lambda department: department.name_on(on)
        if existing:
            del self.fields["username"]
        else:
            del self.fields["is_active"]


class PostForm(forms.Form):
    role = forms.ChoiceField(label=_("岗位"), choices=lambda: list(rights.ROLES.items()))
    area = forms.ModelChoiceField(Area.objects.none(), label=_("地方"), help_text=_("岗位管到这里及其以下"))
    since = forms.DateField(label=_("自"), widget=DayInput)
    until = forms.DateField(label=_("至（不含）"), widget=DayInput, required=False)

    def __init__(self, *args: Any, by: Officer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = Area.objects.filter(level__in=("prefecture", "county", "township"))
        self.fields["area"].queryset = rights.visible(places, by, "code", act="org.officers").order_by("code")


class EndPostForm(forms.Form):
    until = forms.DateField(label=_("最后一天的次日"), widget=DayInput)


class JournalFilter(forms.Form):
    """Codes and days only: nothing about a person may stand in an address."""

    record_kind = forms.CharField(label=_("记录类别"), max_length=48, required=False)
    record_id = forms.CharField(label=_("记录编号"), max_length=48, required=False)
    actor = forms.CharField(label=_("经办账号"), max_length=64, required=False)
    act = forms.CharField(label=_("办理事项"), max_length=64, required=False)
    day = forms.DateField(label=_("业务日"), widget=DayInput, required=False)
