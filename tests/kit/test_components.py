"""Components: what they are given they show, escaped, and nothing of the page around them leaks in."""

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django_cotton.compiler_regex import CottonCompiler

EVIL = '"><script>alert(1)</script>'
COMPILER = CottonCompiler()


def show(source, path="/", **context):
    """A piece of template as a page would render it, without the portal's own context."""
    request = RequestFactory().get(path)
    given = Context({"page": {}, "request": request, "csrf_token": "T0KEN", **context})
    given.request = request  # {% querystring %} looks for it here
    return Template(COMPILER.process(source)).render(given)


@pytest.mark.parametrize(
    "source",
    [
        '<c-panel title="{{ x }}">{{ x }}</c-panel>',
        '<c-panel :title="x">{{ x }}</c-panel>',
        '<c-notice title="{{ x }}">{{ x }}</c-notice>',
        '<c-notice :title="x" />',
        '<c-empty :title="x" />',
        "<c-tag>{{ x }}</c-tag>",
        '<c-figure :label="x" :value="x" :unit="x" :note="x" :href="x" />',
        '<c-fact :label="x">{{ x }}</c-fact>',
        '<c-table :caption="x"><tbody></tbody></c-table>',
        '<c-query :action="x" :label="x" :clear="x" :target="x" />',
        '<c-act :url="x" :label="x" :version="x" :name="x" :value="x" />',
        '<c-masked :value="x" :label="x" :reveal="x" :field="x" />',
        '<c-progress :label="x" :message="x" :url="x" />',
        '<c-mark kind="test" :why="x" />',
        '<c-form :action="x" :submit="x" :cancel="x" :version="x" />',
        '<c-crumbs :items="items" />',
        '<c-tabs :items="items" :label="x" />',
        '<c-timeline :items="items" />',
        '<c-findings :items="items" />',
        '<c-stepper :steps="items" :label="x" />',
        '<c-grid-compare :rows="items" :caption="x" />',
    ],
)
def test_whatever_is_given_is_escaped(source):
    item = dict.fromkeys(
        [
            "label",
            "url",
            "what",
            "who",
            "text",
            "basis",
            "change",
            "note",
            "declared",
            "found",
            "source",
            "age",
            "count",
            "key",
            "tone",
        ],
        EVIL,
    ) | {"holds": True, "differs": True}
    html = show(source, x=EVIL, items=[item])
    assert "<script>" not in html
    assert "alert(1)" in html


def test_text_is_escaped_once():
    html = show('<c-panel title="{{ x }}">a</c-panel>', x="甲 & 乙")
    assert "甲 &amp; 乙" in html and "&amp;amp;" not in html


def test_a_component_takes_nothing_from_the_page_around_it():
    trap = dict.fromkeys(
        [
            "title",
            "label",
            "acts",
            "tone",
            "note",
            "unit",
            "href",
            "flush",
            "caption",
            "cards",
            "action",
            "clear",
            "target",
            "submit",
            "message",
            "steps",
            "items",
            "rows",
        ],
        "LEAK",
    )
    for source in (
        "<c-panel>a</c-panel>",
        "<c-notice>a</c-notice>",
        "<c-empty>a</c-empty>",
        '<c-figure value="1" />',
        "<c-table><tbody></tbody></c-table>",
        "<c-query />",
        "<c-act />",
        "<c-progress />",
        "<c-form />",
        "<c-tag>a</c-tag>",
        "<c-money />",
        "<c-stepper />",
        "<c-timeline />",
    ):
        assert "LEAK" not in show(source, **trap), source


def test_money_that_is_zero_is_shown_and_money_that_is_missing_is_not():
    assert "0.00" in show('<c-money :fen="fen" />', fen=0)
    nothing = show('<c-money :fen="fen" />', fen=None)
    assert "—" in nothing and "元" not in nothing


def test_an_empty_fact_shows_a_dash():
    assert "<dd>—</dd>" in show('<c-fact label="电话"></c-fact>')


def test_the_current_step_is_marked_for_those_who_cannot_see_it():
    html = show(
        '<c-stepper :steps="steps" />',
        steps=[{"label": "受理", "state": "done"}, {"label": "公示", "state": "now"}],
    )
    assert html.count('aria-current="step"') == 1
    assert "（已完成）" in html and "（进行中）" in html


def test_running_work_asks_again_and_finished_work_does_not():
    for state, asks in (
        ("running", True),
        ("queued", True),
        ("done", False),
        ("failed", False),
        ("cancelled", False),
    ):
        assert (
            "hx-get" in show(f'<c-progress url="/jobs/1/" state="{state}" :done="1" :total="2" />')
        ) is asks


def test_work_of_unknown_size_has_no_value_and_known_work_has():
    assert " value=" not in show('<c-progress label="x" />')
    html = show('<c-progress label="x" :done="1" :total="3" />')
    assert 'max="3" value="1"' in html and "33%" in html


def test_pages_keep_the_query():
    html = show(
        '<c-pager :of="rows" />', path="/?state=notice&page=2", rows=Paginator(range(100), 10).page(2)
    )
    assert "?state=notice&amp;page=3" in html
    assert "第 11–20 条，共 100 条" in html


class Sample(forms.Form):
    name = forms.CharField(label="姓名")


def test_a_form_carries_its_token_its_version_and_its_errors_first():
    html = show('<c-form :form="form" :version="4" submit="存" />', form=Sample({"name": ""}))
    assert 'name="csrfmiddlewaretoken" value="T0KEN"' in html
    assert '<input type="hidden" name="version" value="4">' in html
    assert html.index('href="#id_name"') < html.index('id="id_name"')
    assert 'name="version"' not in show("<c-form />")
    assert "data-focus" not in show('<c-form :form="form" />', form=Sample())


def test_a_form_with_a_file_is_sent_as_one():
    class Upload(forms.Form):
        file = forms.FileField()

    assert 'enctype="multipart/form-data"' in show('<c-form :form="form" />', form=Upload())


def test_a_reveal_asks_for_its_purpose_and_posts():
    html = show('<c-masked value="533103********1230" reveal="/reveal/1/" label="证件号" />')
    assert 'method="post" action="/reveal/1/"' in html
    assert 'name="purpose" required' in html
    assert "<form" not in show('<c-masked value="533103********1230" />')


def test_what_is_only_worked_out_beside_the_conditions_is_not_shown_as_a_failure():
    beside = show(
        '<c-findings :items="items" />', items=[{"holds": False, "required": False, "text": "低保边缘"}]
    )
    assert "不适用" in beside and "tag--bad" not in beside
    fails = show(
        '<c-findings :items="items" />',
        items=[{"holds": False, "required": True, "text": "收入"}, {"holds": False, "text": "财产"}],
    )
    assert fails.count("不符合") == 2 and "不适用" not in fails
