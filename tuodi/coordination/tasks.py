"""The watch by night, after the rooms have done their own (public notices that end, reports that run out)."""

from __future__ import annotations

from datetime import time

from django.utils.translation import gettext_lazy as _

from tuodi.coordination import services
from tuodi.kit.jobs import Progress, job
from tuodi.records.org import clock


@job("coordination.watch", title=_("时限督办"), daily=time(6, 10), resumable=True, attempts=5)
def watch(progress: Progress) -> str:
    """Remind, order, report; end what is done."""
    return services.watch(on=clock.today(), tell=progress.tell).sentence
