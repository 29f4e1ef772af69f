"""Machines that may ask, and how often each has asked: counts alone, never what was asked."""

from django.db import models


class ApiClient(models.Model):
    """A machine client with a token, of which only the digest is kept (the token is 32 random bytes: no salt is needed)."""

    name = models.CharField(max_length=40, unique=True)
    token_digest = models.CharField(max_length=64, unique=True)
    active = models.BooleanField(default=True)
    created_by = models.CharField(max_length=40)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_on = models.DateField(null=True)


class ApiMinute(models.Model):
    """How many calls of a client were let through in one minute; shared by all processes, gone after an hour."""

    client = models.ForeignKey(ApiClient, on_delete=models.CASCADE)
    minute = models.DateTimeField()
    calls = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["client", "minute"], name="one_count_a_client_minute")]
