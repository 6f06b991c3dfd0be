"""An event's papers: the poster, the list to sign in on, and the record of a sitting (活动记录)."""

from typing import Any, Final

from services import clock, codes, papers
from services.agenda import EventLine, EventSheet
from services.attendance import Written
from services.programmes import Programme
from services.sign_ups import Name
from services.tasks import Task
from services.words import Words

_BLANK_LINES: Final = 12


def poster(sheet: EventSheet, hall: str, phone: str, words: Words) -> bytes:
    """Set the poster, A4 upright; printed at A3 it fills the sheet."""
    return papers.pdf("event_poster", poster_facts(sheet, hall, phone, words))


def poster_facts(sheet: EventSheet, hall: str, phone: str, words: Words) -> dict[str, Any]:
    """Give all that stands on the poster."""
    say, draft = words.say, sheet.draft
    lines = [line for line in sheet.lines if not line.cancelled]
    first = lines[0] if lines else sheet.lines[0]
    lessons = say("gathering.poster.lessons", count=len(lines), every=words.due(lines[-1].day)) if len(lines) > 1 else ""
    rows = [
        (say("events.when"), f"{words.long_day(first.day)} {words.weekday(first.day)} {_hours(words, first)}"),
        (say("events.course"), lessons),
        (say("events.where"), f"{hall} {first.room}"), (say("events.audience"), draft.audience), (say("gathering.teacher"), draft.teacher),
    ]  # fmt: skip
    how = say("gathering.poster.sign_up", count=draft.seats) if draft.seats else say("gathering.poster.just_come")
    kind = say(f"art.{draft.art}") if draft.art else draft.topic or say(f"event_kind.{draft.kind}")
    return {
        "title": draft.title, "kind": kind, "hall": hall, "rows": [list(row) for row in rows if row[1]], "note": draft.note, "how": how,
        "free": say("gathering.poster.free"), "contact": say("gathering.poster.contact", who=draft.in_charge, phone=phone),
        "off": say("gathering.called_off") if sheet.cancelled_at else "",
    }  # fmt: skip


def name_list(sheet: EventSheet, names: tuple[Name, ...], hall: str, words: Words) -> bytes:
    """Set the list to sign in on: those with a seat, and empty lines for who comes besides."""
    say = words.say
    heads = ["", *(say(f"gathering.list.{name}") for name in ("name", "group", "ticket", "sign"))]
    seated = [name for name in names if name.state.value == "seated"]
    rows = [[str(place), name.name, name.group, codes.clear(name.ticket), ""] for place, name in enumerate(seated, 1)]
    rows += [[str(place), "", "", "", ""] for place in range(len(rows) + 1, len(rows) + 1 + _BLANK_LINES)]
    first = sheet.lines[0]
    head = f"{words.long_day(first.day)} {_hours(words, first)}　{first.room}"
    facts = {"title": f"{sheet.draft.title} · {say('gathering.paper.names')}", "hall": hall, "head": head, "heads": heads, "rows": rows}
    return papers.pdf("event_names", {**facts, "page": words.sentences["gathering.page"]})


def programme(sheet: EventSheet, whole: Programme, hall: str, words: Words) -> bytes:
    """Set the programme list, A4 upright."""
    say = words.say
    first = next((line for line in sheet.lines if not line.cancelled), sheet.lines[0])
    rows = [
        [str(act.place), act.form.title, say(f"act_kind.{act.form.kind}"), act.form.performers, str(act.form.minutes)] for act in whole.acts
    ]
    return papers.pdf("programme", {
        "title": say("gathering.paper.programme"), "name": sheet.draft.title, "hall": sheet.draft.host or hall,
        "when": f"{words.long_day(first.day)} {words.weekday(first.day)} {_hours(words, first)}　{first.room}",
        "heads": [say(f"programme.head.{name}") for name in ("place", "title", "kind", "performers", "minutes")], "rows": rows,
        "total": say("programme.total", count=len(whole.acts), minutes=whole.minutes),
        "charge": f"{say('field.event_in_charge')}：{sheet.draft.in_charge}",
    })  # fmt: skip


def record(sheet: EventSheet, line: EventLine, written: Written, hall: str, words: Words) -> bytes:
    """Set the record of a sitting, with how many photos are kept; A4 upright."""
    say, draft, heads = words.say, sheet.draft, written.heads
    counts = say("gathering.list.counts", people=heads.people, elders=heads.elders, minors=heads.minors, women=heads.women)
    rows = [
        (say("gathering.list.day"), f"{words.long_day(line.day)} {_hours(words, line)}"), (say("gathering.list.title"), draft.title),
        (say("gathering.kind"), say(f"event_kind.{draft.kind}")), (say("events.where"), line.room),
        (say("gathering.host"), draft.host or hall),
        (say("field.event_in_charge"), draft.in_charge), (say("gathering.teacher"), draft.teacher or "—"), (say("field.people"), counts),
        (say("field.content"), written.content), (say("gathering.feedback"), written.feedback or "—"),
        (say("gathering.photos_kept"), str(len(written.photos))),
    ]  # fmt: skip
    return papers.pdf("event_record", {
        "title": say("gathering.paper.record"), "hall": hall, "rows": [list(row) for row in rows],
        "signs": [f"{say('field.filled_by')}：{written.filled_by}", f"{say('field.event_in_charge')}：________________"],
        "small": say("gathering.version", version=written.version, who=written.filled_by, at=words.moment(written.at)),
    })  # fmt: skip


def task_report(task: Task, hall: str, words: Words) -> bytes:
    """Set the report of a themed task in its newest version, A4 upright."""
    say, form, written = words.say, task.form, task.report
    assert written
    rows = [
        (say("field.task"), form.title), (say("field.source"), form.source),
        (say("themed.days"), say("themed.period", first=form.from_day, last=form.to_day)), (say("themed.text"), form.text or "—"),
        (say("themed.held"), say("themed.counts", planned=task.planned, done=written.events, people=written.people)),
        (say("themed.events"), "\n".join(f"{words.due(day)}　{title}" for _, title, day in task.events) or "—"),
        (say("themed.what"), written.text),
    ]  # fmt: skip
    return papers.pdf("event_record", {
        "title": say("gathering.paper.task"), "hall": hall, "rows": [list(row) for row in rows],
        "signs": [f"{say('field.filled_by')}：{written.filled_by}", f"{say('field.event_in_charge')}：________________"],
        "small": say("gathering.version", version=written.version, who=written.filled_by, at=words.moment(written.at)),
    })  # fmt: skip


def _hours(words: Words, line: EventLine) -> str:
    same_day = clock.local_day(line.ends_at) == line.day
    return f"{words.time(line.starts_at)}–{words.time(line.ends_at) if same_day else words.moment(line.ends_at)}"
