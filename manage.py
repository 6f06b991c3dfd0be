"""The command line of the house: found a hall, run it, keep it, look after it. Also installed as `yimen`."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from models import Role
from services import (
    accounts,
    backups,
    clock,
    codes,
    database,
    delivering,
    doctor,
    founding,
    halls,
    logs,
    outbox,
    presence,
    processes,
    sample,
    schema,
    staff,
    ticking,
)
from services.refusals import FactMissing, FactWrong
from services.settings import Settings
from services.words import Words, words

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)

# Exit codes, as docs/commands.md lists them; 2 is typer's own for a wrong command line.
REFUSED, UNFIT, SERVING, NOT_A_BACKUP, PORT = 1, 3, 4, 5, 6
_TICK_SECONDS = 600
_PUBLISH_SECONDS = 3
_PATIENCE = 30.0
_SIGN_IN = "sign-in.txt"


def tongue() -> Words:
    """Speak the operator's language, as the terminal names it."""
    spoken = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return words("zh-CN" if spoken.startswith("zh") else "en")


def say(key: str, **facts: object) -> None:
    """Print one sentence, at once."""
    print(tongue().say(f"manage.{key}", **facts), flush=True)


def leave(code: int, key: str, **facts: object) -> NoReturn:
    """Say why and go."""
    print(tongue().say(f"manage.{key}", **facts), file=sys.stderr, flush=True)
    raise typer.Exit(code)


@app.command()
def init(
    code: Annotated[str, typer.Option(help="The hall's 12-digit division code.")],
    name: Annotated[str, typer.Option(help="The hall's name as it stands on its plate.")],
    login: Annotated[str, typer.Option(help="The first admin's account.")] = "admin",
    admin: Annotated[str, typer.Option(help="The first admin's name; in charge of every room until others are named.")] = "管理员",
    rooms: Annotated[Path, typer.Option(help="A folder with rooms.json and opening_hours.json of your own.")] = founding.START,
) -> None:
    """Make an empty hall: its database, rooms, hours, policy and first admin."""
    settings = _settings("init")
    engine = _open_or_make(settings)
    if database.read(engine, halls.count):
        leave(REFUSED, "hall_exists")
    password = founding.new_password()
    founder = founding.Founder(login.strip().lower(), admin, staff.hash_password(password))
    try:
        database.write(engine, founding.found, code=code, name=name, founder=founder, at=clock.now(), plan=rooms)
    except (FactWrong, FactMissing) as refusal:
        leave(REFUSED, "account_wrong", field=refusal.facts["field"])
    file = _keep_password(settings, founder.login, password)
    say("hall_made", name=name, code=code, folder=settings.data_dir)
    say("account_made", login=founder.login, file=file)


@app.command()
def run(
    sample_village: Annotated[bool, typer.Option("--sample", help="Make the sample village if it is not there, and run it.")] = False,
    only: Annotated[list[str] | None, typer.Option(help="kiosk or staff alone, for two machines on one PostgreSQL.")] = None,
    reload: Annotated[bool, typer.Option("--reload", help="Follow changes of the code (for developers).")] = False,
) -> None:
    """Start the kiosk and the staff page and keep them running; Ctrl-C stops both. Never makes a database of a real hall."""
    settings = _settings("run", sample_village=sample_village)
    engine = _sample(settings) if sample_village else _as_it_is(settings)
    try:
        with presence.serving(settings, engine) as lock:
            _run(settings, engine, processes.household(settings, only=only or (), reload=reload, keeps_open=(lock,)), shows=sample_village)
    except presence.HallIsServing:
        leave(SERVING, "already_serving")
    except processes.PortTaken as taken:
        leave(PORT, "port_taken", port=taken.port)


def _run(settings: Settings, engine: Engine, household: processes.Household, *, shows: bool) -> None:
    stop = threading.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        # From a thread of its own: the handler may interrupt the very wait that holds the event's lock.
        signal.signal(sign, lambda *_: threading.Thread(target=stop.set).start())
    say("starting")
    household.start()
    cutting = _cut_fonts(settings)
    try:
        if not household.wait_healthy(_PATIENCE, lambda one: say("ready", name=tongue().say(f"manage.app.{one.name}"), url=one.url)):
            leave(REFUSED, "not_ready", folder=settings.logs)
        _welcome(settings, engine, household, shows=shows)
        for seconds, work in ((_TICK_SECONDS, tick_now), (_PUBLISH_SECONDS, publish_now)):
            threading.Thread(target=_every, args=(seconds, work, settings, engine, stop), daemon=True).start()
        household.watch(stop)
        say("stopping")
    finally:
        processes.end(cutting)
        household.stop()
    say("stopped")


def _welcome(settings: Settings, engine: Engine, household: processes.Household, *, shows: bool) -> None:
    if shows:
        first = database.read(engine, sample.shown)
        say("card", clear=codes.clear(first.card[0]), name=first.name, phone_end=first.phone_end, code=first.card[1])
        for number, code, name in first.things:
            say("thing", clear=codes.clear(number), name=name, code=code)
        say("sign_in_at", file=settings.data_dir / _SIGN_IN)
    if any(one.address not in {"127.0.0.1", "::1", "localhost"} for one in household.apps) and not settings.trusted_proxy:
        say("staff_open", address=settings.staff_bind)
    say("stop_hint")


def _cut_fonts(settings: Settings) -> subprocess.Popen[bytes] | None:
    """Cut the web fonts beside the running pages, which serve the full ones until then; the first screen need not wait."""
    if fonts_ready(settings):
        return None
    command = [sys.executable, "-m", "manage", "fonts"]
    return subprocess.Popen(command, env=processes.environment(settings), stdin=subprocess.DEVNULL, start_new_session=True)


@app.command()
def fonts() -> None:
    """Cut the Chinese web fonts now; `run` does it by itself at its first start."""
    from ui.parts import fonts as cutter

    cutter.prepare(_settings("fonts").data_dir / "cache" / "fonts", tell=lambda line: print(line, flush=True))


def fonts_ready(settings: Settings) -> bool:
    """Tell whether nothing is left to cut."""
    from ui.parts import fonts as cutter

    return cutter.ready(settings.data_dir / "cache" / "fonts")


def _every(seconds: int, work: Callable[[Engine, Settings], None], settings: Settings, engine: Engine, stop: threading.Event) -> None:
    """What a timer does on a server, a thread does here; what fails is written down and tried again later."""
    while not stop.is_set():
        wait = seconds
        try:
            if schema.look(engine).fit is schema.Fit.READY:
                work(engine, settings)
        except Exception as error:  # noqa: BLE001  the hall serves on, whatever happened here
            logs.trouble(error, f"{work.__name__} failed")
            wait = _TICK_SECONDS
        stop.wait(wait)


def tick_now(engine: Engine, settings: Settings) -> None:
    """Do what time demands."""
    ticking.tick(engine, settings, at=clock.now())


def publish_now(engine: Engine, settings: Settings) -> None:
    """Write the public pages soon after a change, and once a minute, since what is open changes by itself."""
    at, hall = clock.now(), database.read(engine, halls.here)
    if at.second < _PUBLISH_SECONDS or database.read(engine, outbox.waiting, hall_id=hall.id):
        delivering.deliver(engine, settings.public, at=at)


def _sample(settings: Settings) -> Engine:
    """The sample's database, made when it is not there; a real hall's is never touched."""
    began = time.monotonic()
    engine = database.engine_for(settings.database_url, create=False)
    found = schema.look(engine).fit
    if found in {schema.Fit.READY, schema.Fit.STALE} and database.read(engine, halls.count) and not database.read(engine, halls.is_sample):
        leave(REFUSED, "not_sample")
    if found is schema.Fit.READY and database.read(engine, halls.count):
        say("sample_kept", folder=settings.data_dir)
        return engine
    engine.dispose()
    say("sample_making" if found in {schema.Fit.MISSING, schema.Fit.EMPTY} else "migrating")
    engine = _open_or_make(settings)
    if not database.read(engine, halls.count):
        secrets = {login: founding.new_password() for login in ("zhou", "lan")}
        hashes = {login: staff.hash_password(password) for login, password in secrets.items()}
        founding.keep_private(settings.data_dir / _SIGN_IN, "".join(f"{login}  {password}\n" for login, password in secrets.items()))
        database.write(engine, sample.make, at=clock.now(), passwords=hashes)
        say("sample_made", seconds=round(time.monotonic() - began, 1))
    return engine


def _as_it_is(settings: Settings) -> Engine:
    """The hall's database, whatever its state: the screens ask for patience when it does not fit, and the operator reads why."""
    engine = database.engine_for(settings.database_url)
    found = schema.look(engine)
    if found.fit is not schema.Fit.READY:
        logs.warn("database does not fit", fit=str(found.fit), found=found.found, wanted=found.wanted)
        say("unfit", why=tongue().say(f"manage.fit.{found.fit}"), command=found.command or "doctor")
    return engine


@app.command()
def migrate() -> None:
    """Bring the database up to this program; the apps start again by themselves."""
    settings = _settings("migrate")
    engine = _fitting(settings, may_be_stale=True)
    say("migrating")
    founding.migrate(engine)
    logs.note("migrated", revision=schema.head())
    say("migrated", revision=schema.head())


@app.command()
def tick() -> None:
    """Do what time demands: expire holds, make reminders, forget old borrowers, back up daily, publish. As often as you like."""
    settings = _settings("tick")
    done = ticking.tick(_fitting(settings), settings, at=clock.now())
    counts = {"holds": done.holds_expired, "reminders": done.reminders_made, "unlinked": done.unlinked, "published": done.published}
    logs.note("ticked", **counts, backup=done.backup is not None)
    say("ticked", **counts, backup=done.backup or tongue().say("manage.nothing"))


@app.command()
def backup(file: Annotated[Path, typer.Argument(help="The archive to write; readable by this account only.")]) -> None:
    """Write the whole hall into one archive, while it runs."""
    settings = _settings("backup")
    manifest = backups.back_up(_fitting(settings), settings, file.absolute(), at=clock.now())
    logs.note("backed up", revision=manifest.revision)
    say("backed_up", file=file, megabytes=round(file.stat().st_size / 1e6, 1), revision=manifest.revision)


@app.command()
def restore(file: Annotated[Path, typer.Argument(help="An archive that backup wrote.", exists=True, dir_okay=False)]) -> None:
    """Replace the hall's data by an archive's, after checking all of it; refused while the apps run."""
    settings = _settings("restore")
    engine = database.engine_for(settings.database_url)
    try:
        with presence.alone(settings, engine):
            manifest = backups.restore(engine, settings, file.absolute(), at=clock.now())
    except presence.HallIsServing:
        leave(SERVING, "already_serving")
    except backups.NotABackup as reason:
        leave(NOT_A_BACKUP, "not_a_backup", reason=reason.reason)
    logs.note("restored", revision=manifest.revision)
    say("restored", file=file, made_at=manifest.made_at)


@app.command("doctor")
def examine() -> None:
    """Look at database, schema, disk, clock, fonts and scanner; exit code 0 well, 1 look at it, 2 ill."""
    settings = _settings("doctor")
    findings = list(doctor.examine(database.engine_for(settings.database_url), settings, at=clock.now()))
    cut = fonts_ready(settings)
    findings.append(doctor.Finding("fonts.well" if cut else "fonts.look", doctor.Health.WELL if cut else doctor.Health.LOOK))
    for finding in findings:
        verdict = tongue().say(f"manage.doctor.{finding.health.name.lower()}")
        print(f"{verdict:<5} {tongue().say(f'manage.doctor.{finding.key}', **finding.facts)}")
    raise typer.Exit(max(finding.health for finding in findings))


accounts_app = typer.Typer(no_args_is_help=True, help="Staff accounts.")
app.add_typer(accounts_app, name="staff")


@accounts_app.command("add")
def staff_add(login: str, name: str, role: Role = Role.KEEPER) -> None:
    """Make an account in this hall with a random password."""
    settings = _settings("staff")
    engine = _fitting(settings)
    password = founding.new_password()
    facts = {"name": name, "role": role, "password_hash": staff.hash_password(password), "at": clock.now()}
    try:
        database.write(engine, accounts.add, login=login, hall_id=database.read(engine, halls.here).id, **facts)
    except (FactWrong, FactMissing) as refusal:
        leave(REFUSED, "account_wrong", field=refusal.facts["field"])
    say("account_made", login=login, file=_keep_password(settings, login, password))


@accounts_app.command("reset")
def staff_reset(login: str) -> None:
    """Give an account a new random password; its open pages end."""
    settings = _settings("staff")
    password = founding.new_password()
    try:
        database.write(_fitting(settings), accounts.new_password, login=login, password_hash=staff.hash_password(password), at=clock.now())
    except FactWrong as refusal:
        leave(REFUSED, "account_wrong", field=refusal.facts["field"])
    say("account_reset", login=login, file=_keep_password(settings, login, password))


@accounts_app.command("disable")
def staff_disable(login: str) -> None:
    """Close an account; its open pages end, its name stays on what it did."""
    try:
        database.write(_fitting(_settings("staff")), accounts.close, login=login, at=clock.now())
    except FactWrong as refusal:
        leave(REFUSED, "account_wrong", field=refusal.facts["field"])
    say("account_closed", login=login)


@accounts_app.command("list")
def staff_list() -> None:
    """List the accounts."""
    for one in database.read(_fitting(_settings("staff")), accounts.everyone):
        state = tongue().say("manage.account_shut" if one.disabled_at else "manage.account_open")
        say("account", login=one.login, name=one.name, role=one.role, state=state)


def _settings(process: str, *, sample_village: bool = False) -> Settings:
    settings = Settings.for_sample() if sample_village else Settings()
    logs.set_up(settings.logs, f"manage-{process}")
    return settings


def _open_or_make(settings: Settings) -> Engine:
    try:
        engine = founding.open_or_make(settings.database_url)
    except (SQLAlchemyError, OSError) as error:
        logs.trouble(error)
        leave(UNFIT, "database_away", url=settings.shown_url)
    if schema.look(engine).fit is not schema.Fit.READY:
        leave(UNFIT, "database_away", url=settings.shown_url)
    return engine


def _fitting(settings: Settings, *, may_be_stale: bool = False) -> Engine:
    engine = database.engine_for(settings.database_url)
    found = schema.look(engine).fit
    if found is schema.Fit.READY or (may_be_stale and found is schema.Fit.STALE):
        return engine
    leave(UNFIT, f"doctor.schema.{found}", found=schema.look(engine).found or "–", wanted=schema.head())


def _keep_password(settings: Settings, login: str, password: str) -> Path:
    file = settings.data_dir / f"password-{login}.txt"
    founding.keep_private(file, f"{login}  {password}\n")
    return file


if __name__ == "__main__":
    app()
