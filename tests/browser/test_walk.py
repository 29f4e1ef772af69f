"""The walk of the README: one family from a blank form to the posted ledger, by the people whose work it is.

The clerk at the counter has no hand free for a mouse: the form is filled with Tab, letters, arrows, space and Enter.
Every step leaves a picture in build/walk/.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Office, Product
from tuodi.demo import guest
from tuodi.gateways.bank import read_frame

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

HEAD, SPOUSE, CHILD = guest.HEAD, guest.SPOUSE, guest.CHILD  # the family whom the guide page names
WRONG_NUMBER = HEAD.number[:-2] + HEAD.number[:-3:-1]  # two digits the wrong way round


@dataclass
class Walk:
    """What one step leaves to the next."""

    office: Office
    folder: Path
    number: str = ""
    review: str = ""
    notice: str = ""
    batch: str = ""
    reference: str = ""
    monthly: str = ""
    month: str = ""
    taken: int = 0
    keys: int = 0
    check: str = ""

    def __getattr__(self, name: str) -> Page:
        """`walk.jingban` is the desk of that person."""
        return self.office.desk(name)

    def picture(self, page: Page, name: str) -> None:
        """A picture of a step, numbered in order; what is in sight at first alone, where docs/pictures takes it from here."""
        self.taken += 1
        page.screenshot(path=self.folder / f"{self.taken:02d}-{name}.png", full_page=True)
        if name in ("bad-number-caught", "assessment", "trace"):
            page.evaluate("scrollTo(0, 0)")
            page.screenshot(path=self.folder / f"{name}.png")

    # --- the keyboard -------------------------------------------------------------------------------------

    def press(self, page: Page, key: str) -> None:
        page.keyboard.press(key)
        self.keys += 1

    def tab_to(self, page: Page, name: str, *, key: str = "Tab") -> None:
        """Tab until the field of that name, the button of that label or the fold of that title has the focus."""
        passed = []
        for _n in range(90):
            self.press(page, key)
            at = page.evaluate(
                "(e => ({name: e.name || '', value: e.value || '', text: (e.innerText || '').trim()}))(document.activeElement)"
            )
            if name in (at["name"], at["text"], f"{at['name']}={at['value']}"):
                return
            passed.append(at["name"] or at["text"][:12])
        raise AssertionError(f"Tab does not come to {name!r}; it passes {passed}")

    def type(self, page: Page, name: str, text: str) -> None:
        """Tab to a field and type."""
        self.tab_to(page, name)
        page.keyboard.insert_text(text) if not text.isascii() else page.keyboard.type(text)
        self.keys += len(text)

    def choose(self, page: Page, name: str, value: str) -> None:
        """Tab to a list and go down or up it with the arrows."""
        self.tab_to(page, name)
        where = "(e => [e.selectedIndex, [...e.options].findIndex(o => o.value === arguments_value)])(document.activeElement)"
        now, there = page.evaluate(where.replace("arguments_value", repr(value)))
        assert there >= 0, f"{name} has no choice {value}"
        for _n in range(abs(there - now)):
            self.press(page, "ArrowDown" if there > now else "ArrowUp")
        assert page.evaluate("document.activeElement.value") == value

    def tick(self, page: Page, name: str) -> None:
        """Tab to a box and tick it with the space bar."""
        self.tab_to(page, name)
        self.press(page, "Space")
        assert page.evaluate("document.activeElement.checked")

    def unfold(self, page: Page, title: str) -> None:
        """Tab to a folded part and open it, if it is not open already."""
        self.tab_to(page, title)
        if not page.evaluate("document.activeElement.parentElement.open"):
            self.press(page, "Enter")

    # --- what every clerk does ------------------------------------------------------------------------------

    def act(self, page: Page, label: str, *, submit: str = "确定", picture: str = "", **fields: str) -> None:
        """Open an act from the page at hand, fill in what it asks, confirm it with Enter."""
        page.get_by_role("link", name=label, exact=True).first.click()
        page.wait_for_load_state()
        for name, value in fields.items():
            box = page.locator(f"[name='{name}']").first
            if box.get_attribute("type") in ("radio", "checkbox"):
                page.locator(f"[name='{name}'][value='{value}']").check()
            else:
                box.fill(value)
        if picture:
            self.picture(page, picture)
        button = page.locator("main").get_by_role("button", name=submit, exact=True)
        button.focus()
        with page.expect_navigation():
            page.keyboard.press("Enter")
        expect(page.locator("[role=alert], .field__error").filter(has_text=re.compile(r"\S"))).to_have_count(
            0
        )

    def go(self, page: Page, path: str) -> Page:
        page.goto(path)
        return page


@pytest.fixture
def walk(office: Office, shots) -> Walk:
    return Walk(office, shots("walk"))


def test_one_family_from_blank_form_to_posted_ledger(walk: Walk, product: Product):
    the_family_is_entered_at_the_counter(walk)
    the_application_is_handed_in_and_accepted(walk)
    the_departments_are_asked(walk)
    two_surveyors_visit_the_family(walk)
    the_township_assesses_and_posts_a_notice(walk)
    anybody_may_read_the_notice_until_it_is_over(walk)
    the_county_confirms(walk)
    the_month_is_made_due_and_a_roster_prepared(walk)
    another_person_approves(walk)
    finance_sends_the_file_and_the_bank_answers(walk, product)
    the_auditor_walks_from_the_yuan_to_the_article(walk)
    the_record_of_acts_is_whole(product)
    assert walk.office.complaints == []


def the_family_is_entered_at_the_counter(walk: Walk) -> None:
    """A blank form, filled by keyboard alone; kept as it is typed; a wrong number is caught when the field is left."""
    page = walk.jingban
    walk.picture(page, "worklist")
    page.keyboard.press("g")
    page.keyboard.press("n")
    page.wait_for_url("**/intake/new/")
    walk.picture(page, "blank-form")

    page.locator("[name=h-area_code]").focus()
    page.keyboard.press("Shift+Tab")
    walk.choose(
        page,
        "h-area_code",
        page.evaluate("document.querySelector('[name=h-area_code] optgroup option').value"),
    )
    walk.choose(page, "h-claim_kind", "rural")
    walk.type(page, "h-address", "遮晏村民小组 12 号")
    walk.type(page, "h-phone", guest.PHONE)
    walk.type(page, "h-payee_name", HEAD.name)
    walk.type(page, "h-payee_bank", guest.BANK)
    walk.type(page, "h-payee_account", guest.ACCOUNT)

    walk.type(page, "m-1-name", HEAD.name)
    walk.choose(page, "m-1-relation", "head")
    walk.type(page, "m-1-number", WRONG_NUMBER)
    walk.press(page, "Tab")
    error = page.locator("#e-m-1-number")
    expect(error).to_contain_text("校验位不符")  # caught at once, before anything is handed in
    expect(page.locator("[name=m-1-number]")).to_have_attribute("aria-invalid", "true")
    walk.picture(page, "bad-number-caught")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Control+A")
    page.keyboard.type(HEAD.number)
    walk.press(page, "Tab")
    expect(error).not_to_contain_text("校验位不符")
    expect(page.locator("[name=m-1-birth]")).to_have_value(
        "1979-02-14"
    )  # the number says it, so it is not asked twice
    expect(page.locator("[name=m-1-sex]")).to_have_value("1")
    page.locator("[name=m-1-number]").focus()
    walk.choose(page, "m-1-ethnicity", "18")
    walk.tick(page, "m-1-check_consent")
    walk.unfold(page, "身体、就学、就业")
    walk.choose(page, "m-1-employment", "farming")
    walk.type(page, "m-1-wage_year_fen", "6000")
    walk.type(page, "m-1-farm_gross_year_fen", "9500")
    walk.type(page, "m-1-farm_cost_year_fen", "3800")

    add_member(walk, page)
    walk.type(page, "m-2-name", SPOUSE.name)
    walk.choose(page, "m-2-relation", "spouse")
    walk.type(page, "m-2-number", SPOUSE.number)
    walk.choose(page, "m-2-ethnicity", "18")
    walk.tick(page, "m-2-check_consent")
    walk.unfold(page, "身体、就学、就业")
    walk.choose(page, "m-2-disability", "physical")
    walk.type(page, "m-2-disability_grade", "2")
    walk.choose(page, "m-2-work_ability", "none")

    add_member(walk, page)
    walk.type(page, "m-3-name", CHILD.name)
    walk.choose(page, "m-3-relation", "child")
    walk.type(page, "m-3-number", CHILD.number)
    walk.choose(page, "m-3-ethnicity", "18")
    walk.unfold(page, "身体、就学、就业")
    walk.choose(page, "m-3-student", "junior")

    walk.tick(page, "n-living")
    walk.tick(page, "h-pledge_signed")
    expect(page.locator("#saved")).to_contain_text(re.compile(r"已保存 \d\d:\d\d"))
    expect(page.locator("#side")).to_contain_text("11,700.00")  # 6,000 + 9,500 − 3,800
    expect(page.locator("#side")).to_contain_text("材料齐全")
    walk.picture(page, "form-filled")

    # The draft is kept: the page can be left and taken up again from an empty form.
    walk.go(page, "/intake/new/")
    expect(page.locator(".notice")).to_contain_text(HEAD.name)
    walk.picture(page, "draft-offered")
    page.get_by_role("link", name=re.compile(HEAD.name)).first.click()
    expect(page.locator("[name=m-3-name]")).to_have_value(CHILD.name)
    expect(page.locator("[name=m-2-disability_grade]")).to_have_value("2")


def add_member(walk: Walk, page: Page) -> None:
    walk.tab_to(page, "再加一名成员")
    with page.expect_navigation():
        walk.press(page, "Enter")
    last = page.locator("fieldset[id^=member-]").last.get_attribute("id")
    page.locator(f"#{last} [name$=-name]").focus()
    page.keyboard.press("Shift+Tab")


def the_application_is_handed_in_and_accepted(walk: Walk) -> None:
    page = walk.jingban
    page.get_by_role("button", name="提交申请").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    found = re.search(r"\d{9}-\d{4}-\d{5}", page.locator("h1").inner_text())
    assert found, page.locator("h1").inner_text()
    walk.number = found[0]
    expect(page.locator("main")).to_contain_text("材料齐全")
    walk.picture(page, "receipt")
    paper = page.request.get(f"/intake/{walk.number}/receipt.pdf")
    assert paper.ok and paper.body().startswith(b"%PDF-")
    (walk.folder / "receipt.pdf").write_bytes(paper.body())

    page.get_by_role("button", name="受理", exact=True).focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("已受理")
    walk.picture(page, "case-accepted")


def the_departments_are_asked(walk: Walk) -> None:
    """The report: declared beside found, source by source."""
    page = walk.jingban
    page.locator("main").locator("a[href*='/verification/checks/']").first.click()
    page.wait_for_load_state()
    walk.check = page.url
    with page.expect_navigation():
        page.get_by_role("button", name="询问数据源").click()
    report = page.locator("#report")
    expect(report).to_contain_text("第 1 次报告")
    expect(report.locator("tr.differs")).to_have_count(1)  # all agree but the bank
    expect(report.locator("tr.differs")).to_contain_text("18,600")
    walk.picture(page, "check-report")
    page.get_by_role("link", name="登记说明", exact=True).click()
    page.locator("[name=text]").fill("卖甘蔗和一头牛的钱，存着给孩子上学用，填表时忘了。")
    page.locator("[name=papers]").fill("糖厂结算单 1 份")
    walk.picture(page, "explain")
    with page.expect_navigation():
        page.locator("main form .button--main").click()
    expect(page.locator("#doubts")).to_contain_text("待核定")
    # The counter hears, somebody else settles.
    expect(page.get_by_role("link", name="核定", exact=True)).to_have_count(0)


def two_surveyors_visit_the_family(walk: Walk) -> None:
    page = walk.jingban
    page.get_by_role("link", name="登记入户调查").click()
    form = page.locator("main form").last
    form.locator("[name=second_surveyor]").fill("刀保相")
    form.locator("[name=note]").fill(
        "砖混平房一栋，家电三件，无机动车；承包水田 3 亩；妻子肢体残疾，无劳动能力，与申报一致。"
    )
    form.locator("[name=family_confirmed]").check()
    form.locator("[name=confirmed_by]").fill(HEAD.name)
    walk.picture(page, "survey")
    with page.expect_navigation():
        page.get_by_role("button", name="保存入户调查").click()
    expect(page.locator("main")).to_contain_text("入户调查已登记")
    expect(page.locator("aside")).to_contain_text("杨晓梅、刀保相")
    walk.go(page, f"/cases/{walk.number}/")
    page.get_by_role("link", name="打开审核页").click()
    walk.act(page, "完成入户调查", picture="survey-done")


def the_township_assesses_and_posts_a_notice(walk: Walk) -> None:
    page = walk.shenhe
    walk.go(page, f"/cases/{walk.number}/")
    walk.picture(page, "case-before-assessment")
    settle_doubts(walk, page)
    walk.go(page, f"/cases/{walk.number}/")
    page.get_by_role("link", name="打开审核页").click()
    page.wait_for_url("**/determination/*/")
    walk.review = re.search(r"/determination/(\d+)/", page.url)[1]
    with page.expect_navigation():
        page.get_by_role("button", name=re.compile("^(重新)?评估$")).click()
    expect(page.locator("main")).to_contain_text("符合条件")
    walk.monthly = re.search(r"月保障金[\s：]*([\d,]+\.\d\d)", page.locator("main").inner_text())[1]
    walk.picture(page, "assessment")
    walk.act(page, "提出初审意见", proposal="grant", opinion="入户与核对一致，家庭人均收入低于农村标准，建议给予保障。",
             picture="opinion")  # fmt: skip
    walk.act(page, "张贴公示", picture="post-notice")
    expect(page.locator("main")).to_contain_text("公示网页")
    walk.notice = page.get_by_role("link", name="公示网页").get_attribute("href")
    walk.picture(page, "noticing")
    # Not a day too early, whatever is asked for.
    expect(page.get_by_role("link", name="上报县级", exact=True)).to_have_count(0)


def settle_doubts(walk: Walk, page: Page) -> None:
    """The bank knew of savings: the family has been heard, the officer settles what they come to, with a reason."""
    walk.go(page, walk.check)
    page.get_by_role("link", name="核定", exact=True).first.click()
    page.locator("[name=outcome][value=upheld]").check()
    expect(page.locator("[name=value]")).to_have_value(
        "18600"
    )  # the bank's figure, to be put right where it is not
    page.locator("[name=reason]").fill("家庭说明为卖甘蔗和牛的款项，凭据相符，按实有存款核定")
    walk.picture(page, "settle")
    with page.expect_navigation():
        page.locator("main form .button--main").click()
    expect(page.locator("main")).to_contain_text("疑点已核定")
    expect(page.get_by_role("link", name="核定", exact=True)).to_have_count(0)


def anybody_may_read_the_notice_until_it_is_over(walk: Walk) -> None:
    outside = walk.office.context("").new_page()
    answer = outside.goto(walk.notice)
    assert answer.status == 200
    text = outside.locator("main").inner_text()
    assert walk.monthly in text and "3" in text
    for secret in (HEAD.name, HEAD.number, guest.ACCOUNT, SPOUSE.name, CHILD.name, guest.PHONE, "残疾"):
        assert secret not in outside.content(), f"the public notice shows {secret}"
    assert answer.headers["x-robots-tag"].startswith("noindex")
    walk.picture(outside, "public-notice")

    page = walk.shenhe
    page.get_by_role("link", name="推进（演示）").click()
    with page.expect_navigation():
        page.get_by_role("button", name=re.compile("八天后")).click()
    walk.picture(page, "demo-day")
    for _n in range(5):  # a notice that would end on a holiday ends after it
        if outside.goto(walk.notice).status == 410:
            break
        with page.expect_navigation():
            page.get_by_role("button", name=re.compile("三天后")).click()
    assert outside.goto(walk.notice).status == 410
    assert mask_free(outside.content())
    walk.picture(outside, "notice-over")
    outside.context.close()

    walk.go(page, f"/determination/{walk.review}/")
    walk.act(page, "上报县级")
    walk.picture(page, "sent-up")


def mask_free(text: str) -> bool:
    """Nothing of the family is left on the page of a notice that is over."""
    return HEAD.name[0] + "*" not in text and "保障金额" not in text


def the_county_confirms(walk: Walk) -> None:
    page = walk.queren
    walk.picture(page, "county-worklist")
    walk.go(page, f"/determination/{walk.review}/")
    walk.act(page, "县级接收")
    if page.get_by_text("尚须入户").count():
        page.get_by_role("link", name="登记县级入户核查").click()
        for box in page.locator("[name=causes]").all():
            box.check()
        page.locator("[name=agrees][value=yes]").check()
        page.locator("[name=finding]").fill("入户核查，与乡镇调查一致。")
        with page.expect_navigation():
            page.locator("main form .button--main").click()
    walk.act(page, "确认", submit="确认给予保障", picture="confirm")
    expect(page.locator("h1")).to_contain_text("确认")
    walk.picture(page, "confirmed")
    walk.month = re.search(r"起发月份\s*(\d{4})年(\d{1,2})月", page.locator("main").inner_text())
    walk.month = f"{walk.month[1]}-{int(walk.month[2]):02d}"
    letters = page.locator("a[href$='letter.pdf']")
    assert letters.count() >= 1
    for n, link in enumerate(letters.all()):
        paper = page.request.get(link.get_attribute("href"))
        assert paper.ok and paper.body().startswith(b"%PDF-"), link.inner_text()
        (walk.folder / f"letter-{n}-{link.inner_text()[:20]}.pdf").write_bytes(paper.body())
    assert any("确认" in link.inner_text() for link in letters.all())


def the_month_is_made_due_and_a_roster_prepared(walk: Walk) -> None:
    page = walk.minzheng
    walk.go(page, "/demo/day/")
    with page.expect_navigation():
        page.get_by_role("button", name=re.compile("下月一日")).click()
    walk.go(page, "/entitlement/months/")
    walk.picture(page, "month")
    for _n in range(4):  # months are not skipped; the page offers the next one
        month = page.locator("[name=month]").input_value()
        with page.expect_navigation():
            page.get_by_role("button", name="生成", exact=True).click()
        expect(page.locator("main")).to_contain_text(f"{month} 待遇已生成")
        if month == walk.month:
            break
        walk.go(page, "/entitlement/months/")
    assert month == walk.month
    expect(page.locator("main")).to_contain_text(HEAD.name)  # among the new ones of the difference report
    walk.picture(page, "month-report")

    walk.act(page, "生成发放清册", submit="生成并预占", picture="prepare-batch")
    walk.batch = re.search(r"/payment/(\d+)/", page.url)[1]
    expect(page.locator("main")).to_contain_text("资金已预占")
    walk.picture(page, "batch-reserved")
    walk.reference = reference_of(walk, page)
    # Whoever prepared it is not offered to approve it, and is refused when asking all the same.
    expect(page.get_by_role("link", name="复核通过")).to_have_count(0)
    assert page.goto(f"/payment/{walk.batch}/approve/").status == 403
    walk.picture(page, "preparer-cannot-approve")


def reference_of(walk: Walk, page: Page) -> str:
    """The family's payment on the roster, leafing through it."""
    for number in range(1, 20):
        if page.goto(f"/payment/{walk.batch}/?page={number}").status != 200:
            break
        row = page.locator("tbody tr", has_text=HEAD.name)
        if row.count():
            expect(row.first).to_contain_text(walk.monthly)
            return row.first.locator("th").inner_text().strip()
    raise AssertionError("the family is not on the roster")


def another_person_approves(walk: Walk) -> None:
    page = walk.fafang
    walk.picture(page, "payer-worklist")
    walk.go(page, f"/payment/{walk.batch}/")
    walk.act(page, "复核通过", submit="复核通过", picture="approve")
    expect(page.locator("h1")).to_contain_text("已复核")


def finance_sends_the_file_and_the_bank_answers(walk: Walk, product: Product) -> None:
    page = walk.caizheng
    before = balances(walk, page)
    assert before["reserved"] > 0
    walk.picture(page, "funds-before")
    walk.go(page, f"/payment/{walk.batch}/")
    walk.act(page, "送银行代发", submit="送银行代发", picture="send")
    with page.expect_download() as coming:
        page.get_by_role("button", name="下载银行文件").click()
    sent = walk.folder / "bank-file.txt"
    coming.value.save_as(sent)
    outbox = next(product.var.rglob(coming.value.suggested_filename))
    assert sent.read_bytes() == outbox.read_bytes()
    assert f"{walk.reference}|{HEAD.name}|".encode("gb18030") in sent.read_bytes()

    reply = walk.folder / "bank-reply.txt"
    played = product.tuodi("demo", "bank", outbox.stem, "--to", str(reply), "--failures", "0")
    assert played.returncode == 0, played.stdout + played.stderr
    answer = reply.read_bytes()
    with reply.open("rb") as file:
        totals = read_frame(file).totals
    # A reply with a wrong total is refused whole; the ledger stays as it was.
    reply.write_bytes(re.sub(rb"\nT\|(\d+)\|", lambda m: b"\nT|%d|" % (int(m[1]) + 1), answer))
    hand_in(page, walk.batch, reply)
    expect(page.locator("main")).to_contain_text("没有入账")
    walk.picture(page, "reply-refused")
    assert balances(walk, page)["paid"] == before["paid"]

    reply.write_bytes(answer)
    hand_in(page, walk.batch, reply)
    expect(page.locator("main")).to_contain_text("回盘已入账")
    walk.picture(page, "replied")
    walk.act(page, "对账", submit="对账")
    expect(page.locator("h1")).to_contain_text("对账")
    walk.picture(page, "reconciled")

    after = balances(walk, page)
    walk.picture(page, "funds-after")
    assert (
        after["paid"] - before["paid"] == totals.paid_fen == before["reserved"]
    )  # what the books call paid is what the bank paid
    assert after["reserved"] == 0 and after["transit"] == 0
    assert after["released"] == sum(fen for name, fen in after.items() if name != "released")
    assert after["released"] == before["released"]


def hand_in(page: Page, batch: str, reply: Path) -> None:
    page.goto(f"/payment/{batch}/reply/")
    page.locator("input[type=file]").set_input_files(reply)
    with page.expect_navigation():
        page.get_by_role("button", name="入账", exact=True).click()


def balances(walk: Walk, page: Page) -> dict[str, int]:
    """The sums of 芒市 on the page of the books, in fen."""
    walk.go(page, "/funds/")
    names = {
        "上级下达": "released", "可用指标": "available", "结转": "carried", "预占": "reserved", "在途": "transit", "已发放": "paid",
        "退回待处理": "returned", "应收追回": "claimed", "已核销": "written_off", "已收回财政": "taken_back",
    }  # fmt: skip
    sums = dict.fromkeys(names.values(), 0)
    heads = page.locator("table thead th").all_inner_texts()
    rows = page.locator("table tbody tr", has_text="芒市").all()
    assert rows and set(heads[4:]) <= names.keys(), heads  # a kind that is zero everywhere has no column
    for row in rows:
        told = list(zip(heads, row.locator("th, td").all_inner_texts(), strict=True))[4:]
        for head, text in told:
            sums[names[head]] += 0 if text == "—" else round(float(text.replace(",", "")) * 100)
    return sums


def the_auditor_walks_from_the_yuan_to_the_article(walk: Walk) -> None:
    page = walk.shenji
    page.keyboard.press("/")
    page.keyboard.type(walk.reference)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/trace/{walk.reference}/")
    text = page.locator("main").inner_text()
    walk.picture(page, "trace")
    for link in (walk.reference, walk.monthly, walk.number, "最低生活保障审核确认办法", "尹正荣", "李绍文"):
        assert link in text, f"the chain does not show {link}"
    assert re.search(r"第[一二三四五六七八九十]+条", text)
    assert HEAD.number not in text and guest.ACCOUNT not in text
    walk.go(page, "/journal/")
    walk.picture(page, "journal")


def the_record_of_acts_is_whole(product: Product) -> None:
    done = product.tuodi("journal", "verify")
    assert done.returncode == 0, done.stdout + done.stderr
