"""Journal acts in words: what the timeline calls a step, taken from the procedure tables themselves."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from django.utils.translation import gettext_lazy as _

from tuodi.core.process import Process

TABLES = (
    "tuodi.policy.procedures",
    "tuodi.funds.process",
    "tuodi.delivery.intake.process",
    "tuodi.delivery.referral.process",
    "tuodi.delivery.verification.process",
    "tuodi.delivery.determination.process",
    "tuodi.delivery.entitlement.process",
    "tuodi.delivery.payment.process",
    "tuodi.oversight.rehearsal.process",
)


# Acts that move no row through a procedure. tests/portal holds this against what the rooms write.
OTHERS = {
    "api.revoke": _("停用接口令牌"),
    "api.token": _("发放接口令牌"),
    "calendar.import": _("导入年度放假安排"),
    "calendar.set_day": _("修改工作日历"),
    "cancel_job": _("取消后台任务"),
    "check.alert": _("登记预警"),
    "check.alert_handled": _("预警已核实"),
    "check.appraisal": _("登记民主评议"),
    "check.ask": _("向部门发出查询"),
    "check.explain": _("登记家庭说明"),
    "check.open": _("发起核对"),
    "check.recheck": _("复查"),
    "check.report": _("出具核对报告"),
    "check.settle": _("核定疑点"),
    "check.survey": _("登记入户调查"),
    "demo.advance": _("推进业务日期（演示）"),
    "demo.seed": _("历史数据迁入（演示）"),
    "determination.assess": _("评估"),
    "determination.conclude_objection": _("异议调查结论"),
    "determination.draw": _("抽取抽查对象"),
    "determination.extend": _("延长办理时限"),
    "determination.notify": _("决定送达"),
    "determination.object": _("收到异议"),
    "determination.open": _("开始审核"),
    "determination.visit": _("县级入户"),
    "documents.download": _("下载文书"),
    "documents.issue": _("出具文书"),
    "documents.pack": _("打包整户档案"),
    "documents.take_pack": _("下载整户档案"),
    "download": _("下载文件"),
    "entitlement.adjust": _("调整待遇"),
    "entitlement.arrears": _("生成补发"),
    "entitlement.enrol": _("纳入名册"),
    "entitlement.month": _("生成月度待遇"),
    "entitlement.price": _("按待遇月核定"),
    "entitlement.standard": _("标准调整"),
    "export": _("导出名单"),
    "funds.allocate": _("分配指标"),
    "funds.budget": _("设定年度预算"),
    "funds.carry_over": _("年终结转"),
    "funds.take_back": _("结余收回"),
    "funds.close_ask": _("提请结账"),
    "funds.release": _("下达指标"),
    "funds.reverse": _("冲销"),
    "intake.amend": _("更正申报"),
    "intake.choose": _("选定申请项目"),
    "intake.consent": _("签署核对授权"),
    "intake.consent_withdrawn": _("撤回核对授权"),
    "intake.draft_discarded": _("丢弃草稿"),
    "intake.freeze": _("冻结家庭情况"),
    "intake.import": _("批量导入"),
    "intake.relative": _("近亲属备案"),
    "intake.submit": _("提交申请"),
    "keys.rotate": _("更换密钥"),
    "officer.change_password": _("修改密码"),
    "officer.edit": _("更正人员"),
    "officer.end_post": _("结束岗位"),
    "officer.give_post": _("授予岗位"),
    "officer.make": _("新增人员"),
    "officer.reset_password": _("重置密码"),
    "officer.reset_second_factor": _("重置动态口令"),
    "officer.unlock": _("解除锁定"),
    "org.officer_made": _("新增人员（演示）"),
    "payment.explain": _("说明退回款项"),
    "payment.file": _("下载银行文件"),
    "payment.publish": _("公布月度合计"),
    "payment.reply": _("回盘入账"),
    "payment.reply_refused": _("回盘文件未采用"),
    "payment.restore": _("退回款项恢复指标"),
    "people.account": _("登记收款账户"),
    "people.edit": _("更正人员信息"),
    "people.household": _("登记家庭"),
    "people.members": _("变更家庭成员"),
    "people.register": _("登记人员"),
    "recertification.ask": _("提出复核问题"),
    "recovery.agree": _("约定分期归还"),
    "recovery.propose": _("提出追回"),
    "recovery.refund": _("追回款入账"),
    "refused": _("越权访问被拒绝"),
    "referral.answer_body": _("答复其他部门"),
    "referral.ask_body": _("征求其他部门意见"),
    "referral.request_visit": _("请求入户"),
    "referral.send": _("转办"),
    "rehearsal.acknowledge": _("认可算例的改变"),
    "rehearsal.begin": _("起草预演"),
    "rehearsal.edit": _("修改草案"),
    "rehearsal.freeze": _("冻结月度事实"),
    "rehearsal.run": _("预演"),
    "rehearsal.value": _("草案中写入一个值"),
    "rehearsal.value_removed": _("草案中去掉一个值"),
    "repeat_job": _("重新办理后台任务"),
    "reveal": _("查看完整信息"),
    "second_factor.set_up": _("绑定动态口令"),
    "sign_in": _("登录"),
    "sign_in.locked": _("登录锁定"),
    "sign_out": _("退出"),
    "standards.set": _("设定参数"),
    "supervision.answer": _("答复督办"),
    "supervision.close": _("督办了结"),
    "supervision.leader": _("报告领导"),
    "supervision.remind": _("提醒"),
    "supervision.written": _("发出督办单"),
}


@cache
def _steps() -> dict[tuple[str, str], str]:
    """(process key and act, state arrived at) -> label: the same act may lead to two places."""
    found: dict[tuple[str, str], str] = {}
    for name in TABLES:
        for value in vars(import_module(name)).values():
            tables = value if isinstance(value, tuple | list) else (value,)
            for table in tables:
                table = getattr(table, "process", table)
                if isinstance(table, Process):
                    found |= {(f"{table.key}.{s.act}", s.target): str(s.label) for s in table.steps}
    return found


def act_in_words(act: str, state_to: str) -> str:
    """'minimum_living.2021.confirm' to 'confirmed' -> '审核确认'; an act nobody has named is shown as it is."""
    return _steps().get((act, state_to)) or str(OTHERS.get(act, act))
