"""What the filters write on the page."""

from datetime import UTC, date, datetime

import pytest
from django import forms
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from tuodi.core.process import Process, Step
from tuodi.kit.templatetags import kit


@pytest.mark.parametrize(
    ("fen", "shown"),
    [
        (123450, "1,234.50"),
        (0, "0.00"),
        (5, "0.05"),
        (-5, "-0.05"),
        (100_000_000_00, "100,000,000.00"),
        (None, "—"),
        ("", "—"),
    ],
)
def test_fen_are_shown_as_yuan(fen, shown):
    assert kit.yuan(fen) == shown


@given(st.integers(-(10**14), 10**14))
def test_no_fen_is_lost_on_the_way_to_the_page(fen):
    for text in (kit.yuan(fen).replace(",", ""), kit.yuan_plain(fen)):
        whole, cents = text.lstrip("-").split(".")
        assert len(cents) == 2
        assert (-1 if text.startswith("-") else 1) * (int(whole) * 100 + int(cents)) == fen


def test_days_are_written_in_full():
    assert kit.cn_date(date(2026, 1, 3)) == "2026年1月3日"
    assert kit.cn_date(None) == "—"
    assert kit.cn_month("2026-09") == kit.cn_month(date(2026, 9, 30)) == "2026年9月"


def test_a_moment_is_shown_in_shanghai():
    late = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)
    assert kit.cn_moment(late) == "2026年11月23日 00:30"
    assert kit.cn_date(late) == "2026年11月23日"


@pytest.mark.parametrize(
    ("due", "words", "tone"),
    [
        (date(2026, 11, 26), "剩 3 天", 'class="tag"'),
        (date(2026, 11, 25), "剩 2 天", "tag--warn"),
        (date(2026, 11, 23), "今天到期", "tag--warn"),
        (date(2026, 11, 21), "超期 2 天", "tag--bad"),
    ],
)
def test_days_left_say_how_late_it_is(due, words, tone):
    shown = kit.days_left(due, date(2026, 11, 23))
    assert words in shown
    assert tone in shown


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("李四", "李*"),
        ("李秀花", "李*花"),
        ("欧阳小明", "欧**明"),
        ("阿依·买买提", "阿****提"),
        ("𬱖", "*"),
        ("", ""),
        (None, ""),
    ],
)
def test_a_name_is_masked(name, masked):
    assert kit.mask_name(name) == masked


@given(st.text(min_size=2, max_size=30))
def test_a_masked_name_keeps_its_length_and_hides_the_middle(name):
    masked = kit.mask_name(name)
    assert len(masked) == len(name)
    assert set(masked[1:-1]) <= {"*"}


PROCESS = Process(
    "t",
    "试",
    "open",
    {"open": "办理中", "refused": "不予确认", "end": "已归档"},
    (Step("go", "open", "end", "counter", "办"),),
    {},
    frozenset({"end", "refused"}),
)


def test_a_state_shows_its_label_and_looks_like_what_it_means():
    assert kit.state_tag("open", PROCESS) == '<span class="tag tag--todo">办理中</span>'
    assert kit.state_tag("refused", PROCESS) == '<span class="tag tag--bad">不予确认</span>'
    assert kit.state_tag("end", PROCESS) == '<span class="tag">已归档</span>'
    assert kit.state_tag("open", (("open", "在办"),)) == '<span class="tag tag--todo">在办</span>'
    assert kit.state_tag("", PROCESS) == "—"


def test_a_label_cannot_smuggle_markup():
    assert "<script>" not in kit.state_tag("x", {"x": "<script>alert(1)</script>"})


class Sample(forms.Form):
    name = forms.CharField(label="姓名", help_text="与身份证一致")
    agree = forms.BooleanField(label="同意核对")
    kind = forms.ChoiceField(label="户籍", choices=(("u", "城镇"), ("r", "农村")), widget=forms.RadioSelect)
    free = forms.CharField(label="备注", required=False)
    secret = forms.CharField(widget=forms.HiddenInput, required=False)


def test_a_field_ties_label_help_and_errors_to_its_control():
    html = str(kit.field(Sample({"name": "", "kind": "u"})["name"]))
    assert '<label for="id_name">' in html
    assert 'aria-describedby="id_name_help id_name_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_name_help"' in html and 'id="id_name_error"' in html
    assert "必填" in html and "必填" not in str(kit.field(Sample()["free"]))


def test_choices_are_a_group_with_a_legend_and_a_tick_has_its_label_after_it():
    assert "<legend" in kit.field(Sample()["kind"])
    tick = str(kit.field(Sample()["agree"]))
    assert tick.index("<input") < tick.index("<label")


def test_a_field_escapes_what_was_typed():
    html = str(kit.field(Sample({"name": '"><script>alert(1)</script>'})["name"]))
    assert "<script>" not in html


def test_the_summary_lists_every_error_of_forms_and_formsets_with_a_way_to_it():
    form = Sample({"name": ""})
    form.add_error(None, "整张表有一处矛盾")
    rows = forms.formset_factory(Sample, min_num=1, extra=0)(
        {
            "form-TOTAL_FORMS": "1",
            "form-INITIAL_FORMS": "0",
            "form-0-name": "",
            "form-0-kind": "u",
            "form-0-agree": "on",
        }
    )
    found = kit.form_errors(form, rows)
    assert ("", "", "整张表有一处矛盾") in found
    assert {anchor for anchor, _label, _text in found} == {
        "",
        "id_name",
        "id_agree",
        "id_kind_0",
        "id_form-0-name",
    }
    assert kit.form_errors(Sample(), None) == []


def test_left_over_attributes_are_escaped():
    page = Template("{% cotton:vars %}")  # cotton is loaded
    assert page is not None
    assert kit.attributes({"title": '"><script>'}) == ' title="&quot;&gt;&lt;script&gt;"'


def test_filters_are_there_without_loading():
    assert (
        Template("{{ n|yuan }} {{ d|cn_date }}").render(Context({"n": 150, "d": date(2026, 2, 1)}))
        == "1.50 2026年2月1日"
    )
