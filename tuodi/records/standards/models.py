"""What the prefecture sets and what each year's notice announces: dated, with documents, added to and never edited."""

from django.db import models


class ParameterValue(models.Model):
    """A value of a parameter for an area from a day, with its document and how sure it is. Feeds `core.parameters`."""

    MARKS = (("verified", "已核实"), ("likely", "较可靠"), ("unverified", "未核实"), ("test", "测试值"))
    key = models.CharField(max_length=80)
    area_code = models.CharField(max_length=12, blank=True, default="")
    since = models.DateField()
    value = models.JSONField()
    basis = models.CharField(max_length=200)
    mark = models.CharField(max_length=12, choices=MARKS)
    set_by = models.CharField(max_length=40)
    set_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["key", "area_code", "since"], name="parameter_lookup")]


class CalendarDay(models.Model):
    """A day that differs from the week's pattern: a holiday, or a weekend day worked in exchange."""

    day = models.DateField(primary_key=True)
    works = models.BooleanField()
    label = models.CharField(max_length=40)


class CalendarYear(models.Model):
    """A year of the calendar. Not yet announced, it holds only the statutory days, and dates in it are provisional.

    `stamp` changes with every change of the year's days: what a process keeps in memory is known by it.
    """

    year = models.PositiveSmallIntegerField(primary_key=True)
    announced = models.BooleanField(default=False)
    basis = models.CharField(max_length=200)
    imported_by = models.CharField(max_length=40)
    stamp = models.CharField(max_length=32)
    version = models.PositiveIntegerField(default=1)
