"""Background work of the rehearsal: freezing a month, running drafts over many families, what is due to take effect."""

from __future__ import annotations

from datetime import time

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuodi.core.months import month_of
from tuodi.kit.jobs import Progress, Result, job
from tuodi.oversight.rehearsal import services
from tuodi.oversight.rehearsal.models import Draft, FrozenMonth
from tuodi.oversight.rehearsal.services.freezing import opens
from tuodi.records.journal.services import SYSTEM
from tuodi.records.org import clock
from tuodi.records.org.models import Officer


@job("rehearsal.freeze", title=gettext_lazy("冻结月度事实"), resumable=True, attempts=2)
def freeze(progress: Progress, *, officer: str = "") -> Result:
    """Freeze the current month anew."""
    by = Officer.objects.get(username=officer) if officer else SYSTEM
    on = clock.today()
    row = services.freeze(month=month_of(on), by=by, on=on, tell=progress.tell)
    return Result(message=_("{month} 已冻结 {n} 户").format(month=f"{row.month:%Y-%m}", n=row.households))


@job("rehearsal.freeze_monthly", title=gettext_lazy("每月冻结事实"), daily=time(2, 40))
def freeze_monthly(progress: Progress, **_arguments: object) -> Result:
    """Once a month: the first night that finds the month not yet frozen, or no longer to be opened (another key, files not sealed)."""
    month = month_of(clock.today())
    had = FrozenMonth.objects.filter(month=month).first()
    if had is not None and opens(had):
        return Result(message=_("本月已冻结"))
    row = services.freeze(month=month, by=SYSTEM, on=clock.today(), tell=progress.tell)
    return Result(message=_("{month} 已冻结 {n} 户").format(month=f"{row.month:%Y-%m}", n=row.households))


@job("rehearsal.run", title=gettext_lazy("预演"), resumable=True, attempts=2)
def run(progress: Progress, *, drafts: list[int], officer: str) -> Result:
    """Run drafts of one place together."""
    rows = list(Draft.objects.filter(pk__in=drafts).select_related("area").order_by("pk"))
    by = Officer.objects.get(username=officer)
    made = services.rehearse(drafts=rows, by=by, on=clock.today(), tell=progress.tell)
    return Result(
        message=_("{n} 份草案已预演").format(n=len(made)), figures={"rehearsals": [r.pk for r in made]}
    )


@job("rehearsal.activate", title=gettext_lazy("到日施行的参数"), daily=time(0, 20))
def activate(progress: Progress, **_arguments: object) -> Result:
    """Daily: drafts signed by two people whose day has come become values in force."""
    done, held = services.activate_due(on=clock.today())
    return Result(message=_("施行 {done} 份，未能施行 {held} 份").format(done=done, held=held))
