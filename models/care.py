"""Maintenance: what is due how often, the work orders from a fault or a due task to done, and what a gauge showed."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.base import Id, choice, key, law, only_one, only_some, ref


class CareRule(SQLModel, table=True):
    """How often things of a class are looked after, and what is done (R46); a title's own rule goes before its class's.

    A changed rule ends and a new one begins, so that past orders keep what they were done after.
    """

    __tablename__ = "care_rule"
    __table_args__ = (
        only_one("uq_care_rule_class_now", "hall_id", "class_code", where="ended_at IS NULL AND title_id IS NULL"),
        only_one("uq_care_rule_title_now", "hall_id", "title_id", where="ended_at IS NULL AND title_id IS NOT NULL"),
        law("months", "months BETWEEN 0 AND 120"),
        law("with_task", "length(task) > 0 AND length(class_code) > 0"),
        law("span_forward", "ended_at IS NULL OR ended_at >= since_at"),
    )

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    class_code: str = Field(max_length=8, description="letters of the hall's own equipment class, as on the title")
    title_id: UUID | None = ref("title.id", index=True, optional=True)
    months: int = Field(description="维护周期; 0: as it is used up (随用随补), never due by the calendar")
    task: str = Field(max_length=100, description="维护内容")
    gauged: bool = Field(default=False, description="pressure, seal and last day of use are read each time (灭火器)")
    since_at: datetime
    ended_at: datetime | None = None
    staff_id: UUID | None = ref("staff.id", optional=True)


class WorkKind(StrEnum):
    """What kind of work it was (类型 of register 09)."""

    INSPECTION = "inspection"
    UPKEEP = "upkeep"
    REPAIR = "repair"


class WorkEnd(StrEnum):
    """How an order ended: done, or dropped because there was nothing to do."""

    DONE = "done"
    DROPPED = "dropped"


class WorkOrder(SQLModel, table=True):
    """One piece of work on one thing, from the fault or the due task to done; register 09 is a view of these.

    停用起 and 恢复日 are the condition's since and ended: out of order is said once, where lending reads it.
    """

    __tablename__ = "work_order"
    __table_args__ = (
        sa.UniqueConstraint("hall_id", "number"),
        only_one("uq_work_order_open", "hall_id", "item_id", "kind", where="closed_at IS NULL"),
        only_some("ix_work_order_open", "hall_id", "opened_at", where="closed_at IS NULL"),
        sa.Index("ix_work_order_item", "hall_id", "item_id", "done_day"),
        sa.Index("ix_work_order_day", "hall_id", "done_day"),
        law("cost", "cost_fen >= 0"),
        law("closed_as", "(closed_at IS NULL) = (ended_as IS NULL)"),
        law("done_on_a_day", "(done_day IS NOT NULL) = (ended_as IS NOT NULL AND ended_as = 'done')"),
        law("done_and_accepted", "done_day IS NULL OR (length(measure) > 0 AND length(accepted_by) > 0)"),
        law("span_forward", "closed_at IS NULL OR closed_at >= opened_at"),
    )

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    number: int
    item_id: UUID = ref("item.id")
    kind: WorkKind = choice(WorkKind, "kind")
    rule_id: UUID | None = ref("care_rule.id", optional=True)
    condition_id: UUID | None = Field(default=None, foreign_key="item_condition.id", sa_type=Id, description="the out of order it ends")
    opened_at: datetime
    opened_by: UUID | None = ref("staff.id", optional=True)
    found: str = Field(default="", max_length=200, description="发现问题")
    repairer: str = Field(default="", max_length=40, description="维修人: a name, as in the paper book")
    closed_at: datetime | None = None
    closed_by: UUID | None = ref("staff.id", optional=True)
    ended_as: WorkEnd | None = choice(WorkEnd, "ended_as", optional=True)
    done_day: date | None = Field(default=None, description="日期: the day it was done; may be before it was written down")
    measure: str = Field(default="", max_length=200, description="处理措施; of a dropped order the reason")
    cost_fen: int = Field(default=0, description="费用 in fen: what the hall paid, never a villager")
    accepted_by: str = Field(default="", max_length=40, description="验收人")


class OrderReport(SQLModel, table=True):
    """A fault report and the order that answers it."""

    __tablename__ = "order_report"

    report_id: UUID = Field(foreign_key="fault_report.id", primary_key=True, sa_type=Id)
    hall_id: UUID = ref("hall.id")
    order_id: UUID = ref("work_order.id", index=True)


class Pressure(StrEnum):
    """Where the needle of a fire extinguisher's gauge stands."""

    GREEN = "green"
    LOW = "low"
    HIGH = "high"


class GaugeReading(SQLModel, table=True):
    """What was read on a fire extinguisher when it was looked at: needle, lead seal, and the last day it may be used."""

    __tablename__ = "gauge_reading"

    order_id: UUID = Field(foreign_key="work_order.id", primary_key=True, sa_type=Id)
    hall_id: UUID = ref("hall.id")
    pressure: Pressure = choice(Pressure, "pressure")
    sealed: bool
    valid_until: date
