"""The rights in words, for those who grant them and do not read code: docs/how/rights.md is written from here (`make rights`).

Nothing is decided here: `rights.RIGHTS` says who may, this says what. `tests/house/test_rights_words.py` holds the page,
the words and the table together.
"""

from __future__ import annotations

from pathlib import Path

from tuodi.records.org.rights import DEPARTMENT_BOUND, INCOMPATIBLE, RIGHTS, SECOND_FACTOR_ROLES, SIGNED_IN

PAGE = Path(__file__).resolve().parents[3] / "docs" / "how" / "rights.md"

ROLES: dict[str, tuple[str, str]] = {
    "counter": ("经办人", "counter officer"),
    "reviewer": ("乡镇审核", "township reviewer"),
    "confirmer": ("县级审核确认", "county confirmer"),
    "civil_affairs": ("民政业务", "civil affairs"),
    "finance": ("财政", "finance"),
    "payer": ("发放复核", "payment approver"),
    "bureau": ("部门经办", "bureau officer"),
    "cashier": ("医院收费", "hospital cashier"),
    "office": ("领导小组办公室", "leading group's office"),
    "leader": ("领导", "leader"),
    "auditor": ("审计", "auditor"),
    "admin": ("系统管理", "administrator"),
}

ROOMS: dict[str, tuple[str, str]] = {
    "portal": ("首页和案卷", "first page and cases"),
    "account": ("本人账号", "own account"),
    "people": ("人员和家庭", "people and households"),
    "reveal": ("完整号码", "whole numbers"),
    "export": ("导出", "export"),
    "documents": ("文书", "letters and papers"),
    "intake": ("受理", "intake"),
    "referral": ("转办", "referrals to the bureaus"),
    "verification": ("核对和调查", "checks and surveys"),
    "determination": ("审核确认", "determination"),
    "entitlement": ("在保名册和待遇", "roll and entitlements"),
    "payment": ("发放", "payment"),
    "recovery": ("追回", "recovery"),
    "funds": ("资金账", "funds"),
    "rehearsal": ("政策预演", "rehearsal of a change"),
    "supervision": ("时限与督办", "time limits and supervision"),
    "journal": ("操作日志", "journal"),
    "standards": ("标准与日历", "standards and calendar"),
    "org": ("机构与人员", "officers and posts"),
    "rules": ("政策书", "rule book"),
    "jobs": ("后台任务", "background work"),
    "demo": ("演示", "demo"),
}

ACTS: dict[str, tuple[str, str]] = {
    "portal.worklist": ("看自己的待办", "see one's own worklist"),
    "portal.fields": ("看事项字典", "see the field dictionary"),
    "account.own": ("管自己的账号、密码和动态口令", "keep one's own account, password and second factor"),
    "portal.case": ("打开案卷", "open a case"),
    "portal.trace": ("从一笔钱查到条款", "walk from a payment back to its clause"),
    "portal.search": ("查找案卷和人员", "find cases and people"),
    "portal.overview": ("看本辖区总览", "see the overview of one's area"),
    "people.see": ("看人员和家庭登记", "see persons and households"),
    "people.edit": ("更正人员和住址", "correct a person or an address"),
    "people.account": ("登记或更换收款账户", "name or change the account paid into"),
    "reveal": (
        "写明用途后查看完整证件号、电话、账号",
        "see a whole number, phone or account, for a stated purpose",
    ),
    "export": ("把名单导出为表格", "take a list out as a workbook"),
    "documents.see": ("看文书和一户一档", "see letters and the household's file"),
    "documents.issue": ("出具文书", "issue a letter"),
    "documents.pack": ("打包下载整户档案", "take the whole file of a household, with a purpose"),
    "intake.see": ("看申请", "see applications"),
    "intake.draft": ("填写申请登记表", "fill in the application form"),
    "intake.submit": ("提交申请", "hand in an application"),
    "intake.accept": ("受理", "accept"),
    "intake.decline": ("不予受理", "decline, with reasons"),
    "intake.correct": ("一次性告知、补正、更正申报", "ask once for what is missing; put a declaration right"),
    "intake.withdraw": ("按家庭意愿撤回申请", "withdraw at the family's wish"),
    "intake.import": ("用表格批量导入申请", "import applications from a workbook"),
    "intake.template": ("下载申请登记表", "download the form as a workbook"),
    "referral.see": ("看转办事项", "see referrals (a bureau: its own)"),
    "referral.family": ("看一家在各部门的事项", "see a family over all bodies"),
    "referral.send": ("转办、重新转办", "send a programme on; address a returned one anew"),
    "referral.act": ("部门接收、退回", "accept or return for one's body"),
    "referral.step": ("按程序办理、办结转办事项", "handle and conclude a referral"),
    "referral.question": ("征求和答复部门意见", "ask and answer between bodies"),
    "referral.answer": ("登记家庭对转办的补正", "take in what a family brought for a referral"),
    "referral.rule": ("定办", "rule whose a twice returned referral is"),
    "verification.see": ("看核对结果和调查记录", "see checks and surveys"),
    "verification.consent": ("登记核对授权", "file a mandate to check"),
    "verification.query": ("向各部门发起查询", "ask the departments"),
    "verification.explain": ("登记家庭对疑点的说明", "take the family's explanation of a doubt"),
    "verification.resolve": ("核定疑点", "settle a doubt"),
    "verification.survey": ("登记入户调查", "file a home visit"),
    "verification.appraisal": ("登记民主评议", "file a democratic appraisal"),
    "verification.relative": ("登记近亲属备案", "file a near relative of an official"),
    "verification.report": ("出具核对报告", "issue the check report"),
    "determination.see": ("看审核进程和理由", "see reviews and their reasons"),
    "determination.assess": ("按规定评估", "work out the rule"),
    "determination.review": ("提出初审意见、上报、延长时限", "propose, send up, extend a limit"),
    "determination.notice": ("张榜公示、登记送达", "post a notice; record a letter handed over"),
    "determination.object": ("登记异议", "take in an objection"),
    "determination.investigate": ("完成调查、重新调查", "finish or reopen an investigation"),
    "determination.confirm": ("接收材料、审核确认", "take over the file and confirm"),
    "determination.refuse": ("不予确认", "refuse, with all findings"),
    "determination.return": ("退回乡镇", "send back to the township"),
    "determination.terminate": ("因不配合终止办理", "end a case for want of cooperation"),
    "determination.spot_check": ("随机抽取抽查对象", "draw cases for a spot check"),
    "determination.visit": ("登记县级入户核查", "record a visit by the county"),
    "entitlement.see": ("看在保名册", "see the roll"),
    "entitlement.enrol": ("纳入保障", "put on the roll"),
    "entitlement.month": ("生成月度待遇", "make a month due"),
    "entitlement.adjust": ("调整保障金额", "change an amount"),
    "entitlement.suspend": ("暂停发放", "suspend"),
    "entitlement.resume": ("恢复发放", "resume"),
    "entitlement.exit": ("退出保障、渐退", "take off the roll, or fade out"),
    "entitlement.review": ("看定期复核", "see periodic reviews"),
    "entitlement.recertify": ("办理定期复核", "carry out a periodic review"),
    "entitlement.settle": ("确认复核结论", "settle the outcome of a review"),
    "payment.see": ("看发放清册", "see payment batches"),
    "payment.prepare": ("生成发放清册", "prepare a batch"),
    "payment.approve": ("复核通过", "approve a batch"),
    "payment.return": ("退回清册", "return a batch"),
    "payment.send": ("送银行代发、下载银行文件", "send to the bank; fetch the bank file"),
    "payment.reply": ("上传银行回盘", "upload the bank's reply"),
    "payment.repair": ("处理退回款项", "deal with returned payments"),
    "payment.resend": ("补发退回款项", "pay returned payments again"),
    "payment.cancel": ("撤销未送出的清册", "void a batch not yet sent"),
    "payment.publish": ("公布发放合计", "make the totals public"),
    "recovery.see": ("看追回事项", "see recoveries"),
    "recovery.propose": ("提出追回", "propose a recovery"),
    "recovery.handle": ("听取陈述、送达", "hear the family; hand over the letters"),
    "recovery.decide": ("决定追回", "decide a recovery"),
    "recovery.receive": ("登记追回到账", "record money received back"),
    "recovery.write_off": ("核销", "write off"),
    "funds.see": ("看资金账", "see the ledger"),
    "funds.release": ("下达指标", "release money"),
    "funds.allocate": ("分配指标", "allocate money"),
    "funds.reverse": ("冲销凭证", "reverse an entry"),
    "funds.reconcile": ("三方对账", "reconcile bank, payments and ledger"),
    "funds.budget": ("编制和登记预算", "enter the budget"),
    "funds.year_end": ("年终结转、收回结余", "carry over or take back at year's end"),
    "funds.close_ask": ("申请月度结账", "ask for a month to be closed"),
    "funds.close_month": ("月度结账", "close a month"),
    "rehearsal.see": ("看政策预演", "see rehearsals"),
    "rehearsal.draft": ("起草参数改动", "draft a change of values"),
    "rehearsal.run": ("运行预演", "run a rehearsal"),
    "rehearsal.freeze": ("冻结当月数据供预演", "freeze a month's facts for rehearsals"),
    "rehearsal.sign": ("签批参数改动", "sign a change of values"),
    "supervision.see": ("看超期事项和督办单", "see what is late and the orders"),
    "supervision.compare": ("看各单位对比", "compare the bodies"),
    "supervision.answer": ("答复督办单、批示", "answer an order; a leader's words to it"),
    "journal.read": ("查操作日志", "read the journal"),
    "standards.see": ("看标准与参数、工作日历", "see values and the calendar"),
    "standards.set": ("设定参数", "set a value"),
    "standards.calendar": ("导入放假安排、改工作日历", "import the year's holidays; change a day"),
    "org.see": ("看工作人员名册", "see the register of officers"),
    "org.officers": ("管账号和岗位、解除登录锁定", "manage accounts and posts; end a sign-in wait"),
    "rules.answer": ("问一户家庭能享受什么（接口）", "ask what a family may have (interface)"),
    "jobs.see": ("看自己的后台任务", "see one's own background work"),
    "jobs.oversee": ("看他人的后台任务", "see other people's background work"),
    "jobs.cancel": ("取消、重做后台任务", "cancel or repeat background work"),
    "demo.guide": ("看演示导览", "read the demo's guide"),
    "demo.advance": ("推进演示的业务日期", "move the demo's business day"),
}


def room_of(act: str) -> str:
    """The room an act belongs to: what stands before the dot."""
    return act.split(".")[0]


def said(role: str) -> str:
    """A role in both languages."""
    return " ".join(ROLES[role])


def page() -> str:
    """docs/how/rights.md as it must read now."""
    lines = [
        "# 谁可以做什么 · Who may do what",
        "",
        "Written from `tuodi/records/org/rights.py` by `make rights`; a test holds the two together, so edit neither this page nor",
        "the words without it. 本页由程序按权限表生成，与程序不一致时测试不通过。",
        "",
        "每个岗位在一个地方、从某日到某日有效，只及于该地及其下级。A role is held in a place from a day to a day and reaches that",
        "place and what lies below it. ● 可以 may. 登录者 everyone who has an account.",
        "",
    ]
    for room in dict.fromkeys(room_of(act) for act in RIGHTS):
        zh, en = ROOMS[room]
        acts = [act for act in RIGHTS if room_of(act) == room]
        roles = [r for r in ROLES if any(r in RIGHTS[a] for a in acts if RIGHTS[a] != SIGNED_IN)]
        lines += [f"## {zh} · {en}", ""]
        head = [f"{ROLES[r][0]}<br>{ROLES[r][1]}" for r in roles]
        if any(RIGHTS[a] == SIGNED_IN for a in acts):
            head = ["登录者<br>everyone", *head]
        lines += ["| | " + " | ".join(head) + " |", "| --- |" + " :-: |" * len(head)]
        for act in acts:
            marks = ["●" if r in RIGHTS[act] else "" for r in roles]
            if len(head) > len(roles):
                marks = ["●" if RIGHTS[act] == SIGNED_IN else "", *marks]
            lines.append(f"| {ACTS[act][0]}<br>{ACTS[act][1]} `{act}` | " + " | ".join(marks) + " |")
        lines.append("")
    lines += ["## 一人不能兼任 · Never one person", ""]
    lines.append(
        "同一地方、同一时间，下列岗位不能由一人担任。In one place at one time no one person holds both:"
    )
    lines.append("")
    for pair in sorted(INCOMPATIBLE, key=lambda p: sorted(p, key=list(ROLES).index)):
        one, other = sorted(pair, key=list(ROLES).index)
        lines.append(f"- {said(one)} — {said(other)}")
    lines += ["", "## 另有要求 · Also", ""]
    second = "、".join(said(r) for r in ROLES if r in SECOND_FACTOR_ROLES)
    lines.append(f"- 登录须用动态口令 sign in with a second factor: {second}")
    bound = "、".join(said(r) for r in ROLES if r in DEPARTMENT_BOUND)
    lines.append(f"- 只看转到本部门的事项 see only what was handed to their own department: {bound}")
    idle = [r for r in ROLES if not any(r in who for act, who in RIGHTS.items())]
    if idle:
        lines.append(f"- 尚无专门权限 without a right of its own yet: {'、'.join(said(r) for r in idle)}")
    return "\n".join(lines) + "\n"


def write() -> None:
    """Write the page anew."""
    PAGE.write_text(page(), encoding="utf-8")
