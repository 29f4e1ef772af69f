"""Acts upon officers: made, given and relieved of posts, unlocked, reset. Each leaves a line in the journal."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from tuodi.core.refusal import Refused
from tuodi.kit.versions import save_versioned
from tuodi.records.journal import services as journal
from tuodi.records.org import rights
from tuodi.records.org.models import Area, Assignment, Department, Officer, SecondFactor, SignInTrouble

# Read aloud over the telephone: without 0 O 1 l I.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


@transaction.atomic
def make_officer(
    *, username: str, name: str, department: Department | None, by: Any, on: date
) -> tuple[Officer, str]:
    """A new officer without any post, and the password to hand over once; it must be changed at first sign-in."""
    _may_administer(by, None, on)
    if Officer.objects.filter(username=username).exists():
        raise Refused(_("账号“{username}”已有人使用").format(username=username))
    password = fresh_password()
    officer = Officer.objects.create_user(
        username, password, name=name, department=department, must_change_password=True
    )
    journal.record("officer.make", by=by, on=on, record=officer)
    return officer, password


@transaction.atomic
def edit_officer(
    *,
    officer: Officer,
    name: str,
    department: Department | None,
    is_active: bool,
    version: int,
    by: Any,
    on: date,
) -> Officer:
    """Change a name or department, or stop and reopen an account. Raises Conflict when another was first."""
    _may_reach(by, officer, on)
    if not is_active:
        rights.refuse_same_person(by, [officer.username], _("停用账号"))
    changed = save_versioned(officer, version, name=name, department=department, is_active=is_active)
    journal.record(
        "officer.edit",
        by=by,
        on=on,
        record=officer,
        state_from="active" if officer.is_active else "stopped",
        state_to="active" if is_active else "stopped",
    )
    return changed


@transaction.atomic
def give_post(
    *, officer: Officer, role: str, area: Area, since: date, until: date | None = None, by: Any, on: date
) -> Assignment:
    """Give a role in an area from a day. Refused for oneself, beyond one's own reach, and beside a role that checks it."""
    assert role in rights.ROLES, role
    _may_administer(by, area.code, on)
    rights.refuse_same_person(by, [officer.username], _("给予岗位"))
    if until is not None and until <= since:
        raise Refused(_("岗位的结束日期须晚于开始日期"))
    # One at a time for one officer, or two administrators could each give one half of a forbidden pair.
    Officer.objects.select_for_update().get(pk=officer.pk)
    for other in Assignment.objects.filter(officer=officer).filter(
        Q(until__isnull=True) | Q(until__gt=since)
    ):
        if until is not None and other.since >= until:
            continue
        inside = rights.reach(other.area_id), rights.reach(area.code)
        if not (inside[0].startswith(inside[1]) or inside[1].startswith(inside[0])):
            continue
        if other.role == role and other.area_id == area.code:
            raise Refused(_("该工作人员在此地已有这一岗位"))
        if frozenset({other.role, role}) in rights.INCOMPATIBLE:
            raise Refused(
                _("“{one}”与“{other}”不能由同一人在同一地方担任").format(
                    one=rights.ROLES[other.role], other=rights.ROLES[role]
                )
            )
    post = Assignment.objects.create(
        officer=officer, role=role, area=area, since=since, until=until, given_by=journal.actor_name(by)
    )
    journal.record(
        "officer.give_post",
        by=by,
        on=on,
        record=officer,
        state_to=role,
        note=_span(since, until),
        area_code=area.code,
    )
    return post


@transaction.atomic
def end_post(*, assignment: Assignment, until: date, by: Any, on: date) -> Assignment:
    """End a post; its last day is the one before `until`."""
    _may_administer(by, assignment.area_id, on)
    if until < assignment.since:
        raise Refused(_("结束日期不能早于岗位开始的 {day}").format(day=assignment.since.isoformat()))
    ended = Assignment.objects.filter(pk=assignment.pk, until=assignment.until).update(until=until)
    if ended != 1:
        raise Refused(_("这一岗位刚被别人改动过，请刷新后再看"))
    before, assignment.until = assignment.until, until
    journal.record(
        "officer.end_post",
        by=by,
        on=on,
        record=assignment.officer,
        area_code=assignment.area_id,
        state_from=assignment.role,
        note=f"{_span(assignment.since, before)} → {_span(assignment.since, until)}",
    )
    return assignment


@transaction.atomic
def unlock(*, officer: Officer, by: Any, on: date) -> int:
    """Let a locked-out officer try again now; returns how many locks fell."""
    _may_reach(by, officer, on)
    fallen = SignInTrouble.objects.filter(officer=officer).delete()[0]
    journal.record("officer.unlock", by=by, on=on, record=officer)
    return fallen


@transaction.atomic
def let_through(*, trouble: SignInTrouble, by: Any, on: date) -> None:
    """End one wait: of an account here or everywhere, or, for one who administers all, of a place or a name nobody has."""
    if trouble.officer is not None:
        unlock(officer=trouble.officer, by=by, on=on)
        return
    if by != journal.SYSTEM and not rights.everywhere(by, "org.officers"):
        raise Refused(_("只有全州的系统管理员可以解除这一锁定"))
    SignInTrouble.objects.filter(pk=trouble.pk).delete()
    journal.record(
        "officer.unlock", by=by, on=on, record=("org.place", trouble.address or "-"), note=trouble.kind
    )


@transaction.atomic
def wrong_password(*, name: str, minutes: int, on: date) -> None:
    """A wait has begun: the account's own record says so. A name nobody has leaves no line; the page of waits shows it."""
    officer = Officer.objects.filter(username__iexact=name.strip()).first()
    if officer is not None:
        note = _("密码连续输错，须等 {n} 分钟").format(n=minutes)
        journal.record("sign_in.locked", by=journal.SYSTEM, on=on, record=officer, note=note)


@transaction.atomic
def verify_second_factor(
    *, officer: Officer, device: SecondFactor, token: str, on: date
) -> SecondFactor | None:
    """The device when the token is right; of two at once with the same token one. Refused while wrong ones make it wait."""
    held = SecondFactor.objects.select_for_update().get(pk=device.pk, user=officer)
    if not held.verify_is_allowed()[0]:
        raise Refused(_("连续输错，请稍等再试"))
    if not held.verify_token(token):
        return None
    if not held.confirmed:
        held.confirmed = True
        held.save(update_fields=["confirmed"])
        journal.record("second_factor.set_up", by=officer, on=on, record=officer)
    return held


@transaction.atomic
def reset_password(*, officer: Officer, by: Any, on: date) -> str:
    """A new password to hand over once; every session of the officer ends, and it must be changed at sign-in."""
    _may_reach(by, officer, on)
    rights.refuse_same_person(by, [officer.username], _("重置密码"))
    password = fresh_password()
    officer.set_password(password)
    officer.must_change_password = True
    officer.save(update_fields=["password", "must_change_password"])
    SignInTrouble.objects.filter(officer=officer).delete()
    journal.record("officer.reset_password", by=by, on=on, record=officer)
    return password


@transaction.atomic
def reset_second_factor(*, officer: Officer, by: Any, on: date) -> None:
    """Forget a lost telephone: every session ends, and a new second factor is set up at the next sign-in."""
    _may_reach(by, officer, on)
    rights.refuse_same_person(by, [officer.username], _("清除动态口令"))
    SecondFactor.objects.filter(user=officer).delete()
    # Or whoever found a browser open could set up a telephone of his own.
    Officer.objects.filter(pk=officer.pk).update(session_epoch=F("session_epoch") + 1)
    journal.record("officer.reset_second_factor", by=by, on=on, record=officer)


@transaction.atomic
def change_password(*, officer: Officer, password: str, on: date) -> None:
    """The officer's own change; all sessions end, this one too."""
    try:
        validate_password(password, officer)
    except ValidationError as fault:
        raise Refused(" ".join(fault.messages)) from None
    officer.set_password(password)
    officer.must_change_password = False
    officer.save(update_fields=["password", "must_change_password"])
    journal.record("officer.change_password", by=officer, on=on, record=officer)


@transaction.atomic
def set_large_text(*, officer: Officer, large: bool) -> None:
    """长者模式. A taste and not an act: no line."""
    Officer.objects.filter(pk=officer.pk).update(large_text=large)
    officer.large_text = large


def fresh_password() -> str:
    """Fourteen letters and digits in groups, about 69 bits."""
    groups = ["".join(secrets.choice(_LETTERS) for _n in range(n)) for n in (5, 4, 5)]
    return "-".join(groups)


def _may_administer(by: Any, area_code: str | None, on: date) -> None:
    if by == journal.SYSTEM:  # seeding and `tuodi` commands run by the installation's owner
        return
    if not rights.may(by, "org.officers", area_code, on):
        raise Refused(_("您不能管理这个地方的岗位"))


def _may_reach(by: Any, officer: Officer, on: date) -> None:
    """An administrator answers for officers whose every running post lies within their reach."""
    _may_administer(by, None, on)
    if by == journal.SYSTEM:
        return
    for one in rights.held(officer):
        if one.runs_on(on):
            _may_administer(by, one.area_code, on)


def _span(since: date, until: date | None) -> str:
    return f"{since.isoformat()}—{until.isoformat() if until else ''}"
