"""The demo departments' side of the table: what each of them holds about people. Empty in production.

A real department keeps this at home and answers over the wire; here it stands beside the client so that the demo and
the tests meet a department that truly looks things up.
"""

from django.db import models

from tuodi.kit.sealed import SealedJSONField


class DepartmentFile(models.Model):
    """The state of one department's data: the day it stood at. A source without a row has delivered nothing yet."""

    source = models.CharField(max_length=32, primary_key=True)
    as_of = models.DateField()
    note = models.CharField(max_length=120, blank=True, default="")

    def __str__(self) -> str:
        return f"{self.source} {self.as_of}"


class DepartmentRecord(models.Model):
    """One record a department holds about one person (a car, a pension, a certificate), found by number and name.

    `payload` has the fields of `sources.SOURCES[source]`; a person may have several records in a source.
    """

    source = models.CharField(max_length=32)
    number_index = models.CharField(max_length=64)
    name = models.CharField(max_length=60)
    as_of = models.DateField()
    payload = SealedJSONField(kind="department")

    class Meta:
        indexes = [models.Index(fields=["source", "number_index"], name="department_lookup")]

    def __str__(self) -> str:
        return f"{self.source} {self.pk}"
