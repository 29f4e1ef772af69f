"""Journal acts in words: what the timeline calls a step, taken from the procedure tables themselves."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from django.utils.translation import gettext as _

from tuodi.core.process import Process

TABLES = (
    "tuodi.policy.procedures",
    "tuodi.delivery.intake.process",
    "tuodi.delivery.verification.process",
    "tuodi.delivery.determination.process",
    "tuodi.delivery.entitlement.process",
    "tuodi.delivery.payment.process",
)


@cache
def _steps() -> dict[str, str]:
    found: dict[str, str] = {}
    for name in TABLES:
        for value in vars(import_module(name)).values():
            tables = value if isinstance(value, tuple | list) else (value,)
            for table in tables:
                table = getattr(table, "process", table)
                if isinstance(table, Process):
                    found |= {f"{table.key}.{s.act}": str(s.label) for s in table.steps}
    return found


def act_in_words(act: str, state_to: str) -> str:
    """'dibao_2021.confirm' -> '确认'; acts without a step are named here or shown as they are."""
    others = {
        "reveal": _("查看完整信息"),
        "demo.seed": _("演示数据载入"),
        "refused": _("越权访问被拒绝"),
    }
    return _steps().get(act) or others.get(act) or act
