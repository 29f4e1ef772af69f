"""Background work of referral: public notices that run out."""

from __future__ import annotations

from datetime import time

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuodi.delivery.referral import services
from tuodi.kit.jobs import Progress, job
from tuodi.records.org import clock


@job("referral.end_notices", title=gettext_lazy("转办事项公示期满"), daily=time(1, 20))
def end_notices(progress: Progress) -> str:
    """Move on referrals whose public notice has ended."""
    return _("{n} 件转办事项公示期满").format(n=services.end_notices(on=clock.today()))
