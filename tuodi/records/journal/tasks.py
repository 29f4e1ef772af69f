"""The journal's head goes outside the database each minute of activity (reliability.md C2)."""

from datetime import timedelta

from django.utils.translation import gettext_lazy

from tuodi.kit.jobs import Progress, job
from tuodi.records.journal.services import write_anchor


@job("journal.anchor", title=gettext_lazy("写出日志锚点"), every=timedelta(minutes=1))
def anchor(progress: Progress) -> str:
    """Sign the newest head and append it to the anchor file; nothing where no line was added since."""
    made = write_anchor()
    return str(made.sequence) if made else ""
