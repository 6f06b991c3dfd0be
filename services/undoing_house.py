"""Taking back what was done a moment ago to who is who in the hall, and to its rules and its door."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from models import BorrowerKind, CareRule, Medium, OpeningLog, PersonInCharge, Suspension, TeamMember
from services import approvals, care, patrons, policy, taken_back
from services.circulation import exactly_one
from services.journal import Actor
from services.policy import Terms
from services.refusals import ChangedMeanwhile
from services.registration import Form

_member = TeamMember.__table__  # type: ignore[attr-defined]
_suspension = Suspension.__table__  # type: ignore[attr-defined]
_charge = PersonInCharge.__table__  # type: ignore[attr-defined]
_rule = CareRule.__table__  # type: ignore[attr-defined]
_log = OpeningLog.__table__  # type: ignore[attr-defined]

_rule_row = sa.select(_rule).where(_rule.c.id == bindparam("rule_id"), _rule.c.hall_id == bindparam("hall_id")).with_for_update()


def patron_correct(session: Session, *, patron_id: UUID, form: Form, at: datetime, gesture: UUID, by: Actor) -> None:
    """Corrected by mistake: what stood there stands there again. Raises NotAllowed, CardUnknown, ChangedMeanwhile."""
    taken_back.refuse_strangers(by)
    row = patrons.locked(session, patron_id, by=by)
    card_id = patrons.newest_card(session, patron_id)
    if taken_back.was_done(session, by, gesture, card_id):
        return
    taken_back.last_must_be(session, by, card_id, "patron_correct")
    patrons.correct(session, patron_id=patron_id, form=form, seen=patrons.mark(row), at=at, by=by)
    taken_back.record(session, by, "patron_correct", "card", card_id, at, gesture)


def suspend_lift(session: Session, *, patron_id: UUID, at: datetime, gesture: UUID, by: Actor) -> None:
    """Lifted by mistake: the pause goes on as long as it was to. Raises NotAllowed, CardUnknown, ChangedMeanwhile."""
    taken_back.refuse_strangers(by)
    patrons.locked(session, patron_id, by=by)
    card_id = patrons.newest_card(session, patron_id)
    if taken_back.was_done(session, by, gesture, card_id):
        return
    until = taken_back.last_must_be(session, by, card_id, "suspend_lift").facts["until"]
    newest = sa.select(_suspension.c.id).where(_suspension.c.hall_id == by.hall_id, _suspension.c.patron_id == patron_id)
    pause = session.execute(newest.order_by(_suspension.c.since_at.desc(), _suspension.c.id.desc()).limit(1)).scalar_one()
    again = {"until_at": datetime.fromisoformat(until) if until else None}
    session.execute(sa.update(_suspension).where(_suspension.c.id == pause).values(again))
    taken_back.record(session, by, "suspend_lift", "card", card_id, at, gesture)


def team_leave(session: Session, *, member_id: UUID, at: datetime, gesture: UUID, by: Actor) -> None:
    """Left by mistake: belongs to the team as before. Raises NotAllowed, ChangedMeanwhile (joined anew, or somebody acted since)."""
    taken_back.refuse_strangers(by)
    mine = _member.c.id == member_id, _member.c.hall_id == by.hall_id
    row = session.execute(sa.select(_member).where(*mine)).one_or_none()
    if row is None:
        raise ChangedMeanwhile
    patrons.lock(session, row.team_id, row.patron_id or row.team_id, by=by)
    if taken_back.was_done(session, by, gesture, member_id):
        return
    taken_back.last_must_be(session, by, member_id, "team_leave")
    same = _member.c.patron_id == row.patron_id if row.patron_id else sa.and_(_member.c.patron_id.is_(None), _member.c.name == row.name)
    if session.execute(sa.select(_member.c.id).where(_member.c.team_id == row.team_id, _member.c.to_day.is_(None), same)).first():
        raise ChangedMeanwhile
    exactly_one(session.execute(sa.update(_member).where(*mine, _member.c.to_day.is_not(None)).values(to_day=None)))
    taken_back.record(session, by, "team_leave", "team_member", member_id, at, gesture)


def duty_release(session: Session, *, charge_id: UUID, at: datetime, gesture: UUID, by: Actor) -> None:
    """Released by mistake: goes on answering for the room. Raises NotAllowed, ChangedMeanwhile (somebody follows by now)."""
    approvals.require_admin(session, by)
    mine = _charge.c.id == charge_id, _charge.c.hall_id == by.hall_id
    row = session.execute(sa.select(_charge).where(*mine).with_for_update()).one_or_none()
    if row is None:
        raise ChangedMeanwhile
    if taken_back.was_done(session, by, gesture, charge_id):
        return
    taken_back.last_must_be(session, by, charge_id, "duty_release")
    follows = (_charge.c.hall_id == by.hall_id, _charge.c.room_id == row.room_id, _charge.c.duty == row.duty, _charge.c.to_day.is_(None))
    if session.execute(sa.select(_charge.c.id).where(*follows)).first():
        raise ChangedMeanwhile
    session.execute(sa.update(_charge).where(*mine).values(to_day=None))
    taken_back.record(session, by, "duty_release", "person_in_charge", charge_id, at, gesture)


def policy_change(
    session: Session, *, borrower_kind: BorrowerKind, item_class: Medium, at: datetime, gesture: UUID, by: Actor
) -> None:  # fmt: skip
    """Changed by mistake: what the rule said before holds again. Raises NotAllowed, ChangedMeanwhile (there was none before)."""
    approvals.require_admin(session, by)
    row_id = policy.lock(session, borrower_kind=borrower_kind, item_class=item_class, by=by)
    if row_id is None:
        raise ChangedMeanwhile
    if taken_back.was_done(session, by, gesture, row_id):
        return
    was = taken_back.last_must_be(session, by, row_id, "policy_change").facts["was"]
    if not was:
        raise ChangedMeanwhile
    policy.change(session, borrower_kind=borrower_kind, item_class=item_class, terms=Terms(**was), at=at, by=by)
    taken_back.record(session, by, "policy_change", "policy", row_id, at, gesture)


def rules_change(session: Session, *, at: datetime, gesture: UUID, by: Actor) -> None:
    """Changed by mistake: the house's own rules hold as before. Raises NotAllowed, ChangedMeanwhile."""
    approvals.require_admin(session, by)
    if taken_back.was_done(session, by, gesture, by.hall_id):
        return
    was = taken_back.last_must_be(session, by, by.hall_id, "rules_change").facts["was"]
    policy.change_house(session, at=at, by=by, **was)
    taken_back.record(session, by, "rules_change", "hall", by.hall_id, at, gesture)


def care_rule_end(session: Session, *, rule_id: UUID, at: datetime, gesture: UUID, by: Actor) -> None:
    """Ended by mistake: the interval holds again. Raises NotAllowed, ChangedMeanwhile (another one is in force by now)."""
    rule = taken_back.of(session, _rule_row, by, rule_id=rule_id)
    if taken_back.was_done(session, by, gesture, rule_id):
        return
    taken_back.last_must_be(session, by, rule_id, "care_rule_end")
    if care.in_force(session, hall_id=by.hall_id, class_code=rule.class_code, title_id=rule.title_id) is not None:
        raise ChangedMeanwhile
    session.execute(sa.update(_rule).where(_rule.c.id == rule_id).values(ended_at=None))
    taken_back.record(session, by, "care_rule_end", "care_rule", rule_id, at, gesture)


def care_rule(session: Session, *, class_code: str, title_id: UUID | None, at: datetime, gesture: UUID, by: Actor) -> None:
    """Set by mistake: it ends, and the interval before it holds again. Raises NotAllowed, ChangedMeanwhile."""
    taken_back.refuse_strangers(by)
    same = (_rule.c.hall_id == by.hall_id, _rule.c.class_code == class_code, _rule.c.title_id.is_not_distinct_from(title_id))
    newest = sa.select(_rule).where(*same).order_by(_rule.c.since_at.desc(), _rule.c.id.desc()).limit(1)
    rule = session.execute(newest.with_for_update()).one_or_none()
    if rule is None:
        raise ChangedMeanwhile
    if taken_back.was_done(session, by, gesture, rule.id):
        return
    taken_back.last_must_be(session, by, rule.id, "care_rule")
    care.end_rule(session, rule_id=rule.id, at=at, gesture=gesture, by=by)
    session.execute(sa.update(_rule).where(*same, _rule.c.ended_at == rule.since_at, _rule.c.id != rule.id).values(ended_at=None))
    taken_back.record(session, by, "care_rule", "care_rule", rule.id, at, gesture)


def hall_close(session: Session, *, at: datetime, gesture: UUID, by: Actor) -> None:
    """Closed by mistake: the rooms that were closed with that tap are open as before. Raises NotAllowed, ChangedMeanwhile."""
    taken_back.refuse_strangers(by)
    if taken_back.was_done(session, by, gesture, by.hall_id):
        return
    last = taken_back.last_must_be(session, by, by.hall_id, "hall_close")
    closed = (_log.c.hall_id == by.hall_id, _log.c.closed_at == last.at, _log.c.late.is_(False))
    rows = session.execute(sa.select(_log).where(*closed).with_for_update()).all()
    again = (_log.c.hall_id == by.hall_id, _log.c.closed_at.is_(None), _log.c.room_id.in_([row.room_id for row in rows]))
    if not rows or session.execute(sa.select(_log.c.id).where(*again, _log.c.day == rows[0].day)).first():
        raise ChangedMeanwhile
    session.execute(sa.update(_log).where(*closed).values(closed_at=None, closed_by=None))
    taken_back.record(session, by, "hall_close", "hall", by.hall_id, at, gesture)
