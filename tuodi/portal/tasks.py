"""Background work of the portal: the whole file of a household, and its end a day later."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuodi.kit.jobs import Progress, Result, job
from tuodi.portal import file_pack


@job(file_pack.JOB, title=gettext_lazy("打包一户一档"), resumable=True, attempts=2)
def household_file(progress: Progress, *, household: int, officer: str, on: str) -> Result:
    """Gather, print and seal one household's file."""
    return file_pack.make(progress, household=household, officer=officer, on=on)


@job("portal.sweep_files", title=gettext_lazy("清除已满一天的档案包"), every=timedelta(hours=1))
def sweep_files(progress: Progress) -> str:
    """Packs live for a day, taken or not."""
    return _("清除 {n} 份").format(n=file_pack.sweep(timezone.now()))
