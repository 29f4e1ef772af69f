"""Work nobody starts by hand: notices whose days are over come down every morning."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuodi.core.refusal import Refused
from tuodi.delivery.determination import selectors
from tuodi.delivery.determination.services import end_notice
from tuodi.kit.jobs import Progress, Result, job
from tuodi.records.org import clock


def end_due_notices(on: date, progress: Progress | None = None) -> tuple[int, int]:
    """End every notice whose last day is before `on`, each in its own transaction; returns how many ended and how many not."""
    ended = kept = 0
    waiting = list(selectors.due_notices(on))
    for notice in waiting:
        try:
            end_notice(notice=notice, on=on)
            ended += 1
        except Refused:
            # Somebody ended it, or objected, in the same minute: the case is where it should be.
            kept += 1
        if progress is not None:
            progress.tell(ended + kept, len(waiting))
    return ended, kept


@job("determination.end_notices", title=gettext_lazy("撤下期满的公示"), daily=time(0, 10))
def end_notices(progress: Progress, **_arguments: Any) -> Result:
    """Daily: see `end_due_notices`. Run again it finds nothing left to do."""
    ended, _kept = end_due_notices(clock.today(), progress)
    return Result(message=_("撤下期满公示 {n} 份").format(n=ended), figures={"ended": ended})
