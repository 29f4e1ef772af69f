"""Background work of verification: asking sources for one check or a whole area; reports that run out."""

from __future__ import annotations

from datetime import time

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuodi.delivery.verification import services
from tuodi.delivery.verification.models import Check
from tuodi.kit.jobs import Progress, job
from tuodi.records.org import clock
from tuodi.records.org.models import Officer


@job("verification.ask", title=gettext_lazy("核对一户"), resumable=True, attempts=3)
def ask_one(progress: Progress, *, check_id: int, officer: int) -> str:
    """Ask every source that has not answered about one household."""
    check = Check.objects.select_related("application").get(pk=check_id)
    return services.ask(check=check, by=Officer.objects.get(pk=officer), on=clock.today()).sentence


@job("verification.run", title=gettext_lazy("批量核对"), resumable=True, attempts=3)
def run_area(progress: Progress, *, area_code: str, officer: int) -> str:
    """Ask for all open checks of an area; what has answered is not asked again when it is taken up once more."""
    made = services.ask_area(
        area_code=area_code,
        by=Officer.objects.get(pk=officer),
        on=clock.today(),
        tell=lambda done, total: progress.tell(done, total),
    )
    for check, _why in made.refused[:200]:
        progress.log(_("{number} 未核对：缺授权或已有进展").format(number=check.application.number))
    return made.sentence


@job("verification.expire", title=gettext_lazy("核对报告到期"), daily=time(1, 10))
def expire(progress: Progress) -> str:
    """Mark reports past their validity."""
    return _("{n} 份核对报告到期").format(n=services.expire_reports(on=clock.today()))
