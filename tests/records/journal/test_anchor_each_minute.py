"""The worker anchors the journal each minute of activity, and writes nothing in a quiet one."""

import pytest
from django.db import transaction
from django.utils import timezone

from tuodi.kit import jobs
from tuodi.records.journal import services as journal


@pytest.mark.django_db(transaction=True)
def test_a_tick_of_the_worker_anchors_what_was_written_since(settings, tmp_path):
    settings.ANCHOR_FILE = tmp_path / "heads.jsonl"
    with transaction.atomic():
        line = journal.append("test", by="system", on=timezone.localdate(), record=("test", "1"))
    assert jobs.kinds()["journal.anchor"].recurring
    for _tick in range(2):
        row = jobs.enqueue("journal.anchor")
        jobs.run_here(row)
    anchors = settings.ANCHOR_FILE.read_text().splitlines()
    assert len(anchors) == 1
    assert f'"sequence":{line.sequence}' in anchors[0]
