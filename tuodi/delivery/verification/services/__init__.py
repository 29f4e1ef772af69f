"""Acts of verification, a file per subject: opening, asking, reporting, settling, surveying, appraising, alerting."""

from tuodi.delivery.verification.services import asking, surveying
from tuodi.delivery.verification.services.alerting import handle_alert
from tuodi.delivery.verification.services.appraising import record_appraisal
from tuodi.delivery.verification.services.asking import Asked, ask, ask_area, ask_many, open_checks
from tuodi.delivery.verification.services.opening import open_check, stop_check
from tuodi.delivery.verification.services.reporting import report
from tuodi.delivery.verification.services.settling import expire_reports, explain, recheck, settle
from tuodi.delivery.verification.services.surveying import record_survey

__all__ = [
    "Asked",
    "ask",
    "ask_area",
    "ask_many",
    "asking",
    "expire_reports",
    "explain",
    "handle_alert",
    "open_check",
    "open_checks",
    "recheck",
    "record_appraisal",
    "record_survey",
    "report",
    "settle",
    "stop_check",
    "surveying",
]
