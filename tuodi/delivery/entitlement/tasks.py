"""Background work of the roll: a month in which a new standard touches thousands of families."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuodi.delivery.entitlement.months import parse_month
from tuodi.delivery.entitlement.services import run_month
from tuodi.kit.jobs import Progress, Result, job
from tuodi.records.org import clock
from tuodi.records.org.models import Officer


@job("entitlement.month", title=gettext_lazy("生成月度待遇"), resumable=True, attempts=3)
def make_month(progress: Progress, *, programme: str, county: str, month: str, officer: int) -> Result:
    """Price and make a month, in one transaction: taken up again after a crash it begins anew, or finds it done."""
    run = run_month(
        programme=programme,
        county=county,
        month=parse_month(month),
        by=Officer.objects.get(pk=officer),
        on=clock.today(),
        tell=progress.tell,
    )
    return Result(
        message=_("{month} 待遇已生成：{n} 笔").format(month=f"{run.month:%Y-%m}", n=run.households),
        figures={"run": run.pk},
    )
