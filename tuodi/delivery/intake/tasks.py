"""Background work of intake: big imports, and letting go of uploads nobody came back for."""

from __future__ import annotations

from datetime import date, time

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuodi.core.refusal import Refused
from tuodi.delivery.intake import imports
from tuodi.delivery.intake.models import Upload
from tuodi.kit.jobs import Progress, Result, job
from tuodi.kit.sheets import Unreadable
from tuodi.records.org.models import Officer


@job("intake.import", title=gettext_lazy("导入申请登记表"), resumable=True, attempts=2)
def run(progress: Progress, *, digest: str, officer: int, on: str, accept: bool) -> Result:
    """Import a kept workbook. One transaction: started again after a kill it begins anew or finds its work done."""
    by = Officer.objects.get(pk=officer)
    try:
        content, name = imports.kept(by, digest)
    except Refused:
        from tuodi.delivery.intake.models import ImportRun

        if (known := ImportRun.objects.filter(digest=digest).first()) is None:
            raise
        return Result(message=_("已导入 {n} 户").format(n=known.families))
    try:
        made = imports.import_workbook(
            content=content, name=name, by=by, on=date.fromisoformat(on), accept=accept, tell=progress.tell
        )
    except Unreadable as why:
        raise Refused(str(why)) from why
    imports.drop(by, digest)
    return Result(
        message=_("已导入 {n} 户").format(n=made.families),
        figures={"run": made.pk, "families": made.families},
    )


@job("intake.sweep", title=gettext_lazy("清理过期的上传文件"), daily=time(3, 10))
def sweep(progress: Progress) -> str:
    """Uploads older than a day go; they hold families' papers."""
    count, _rows = Upload.objects.filter(uploaded_at__lt=timezone.now() - imports.KEEP).delete()
    return _("清理 {n} 个").format(n=count)
