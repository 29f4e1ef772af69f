"""What verification tells the rooms above it, inside the transaction of the act. Nobody has to listen; nothing is decided.

reported(sender, check, report, by, on)              a new report (核对报告) is there
settled(sender, application, snapshot, by, on)       facts were settled by outcomes or a survey: assess anew
surveyed(sender, application, survey, by, on)        a home visit is on file
appraised(sender, application, appraisal, by, on)    a democratic appraisal is on file
"""

from django.dispatch import Signal

reported = Signal()
settled = Signal()
surveyed = Signal()
appraised = Signal()
