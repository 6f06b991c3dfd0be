"""The door and the gate of the staff page against strangers, with bare HTTP and bare websockets: no browser is as rude as these."""

import asyncio
import http.client
import json
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlmodel import Session
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from models import Card, Patron, SignInTry, StaffSession
from services import accounts, clock, database
from tests.house import PASSWORDS, House, with_sample
from ui.edge import KnownPaths

NAMES = ("王梅香", "周桂生")
STREAM = "/_stcore/stream"


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    cookies: list[str]
    body: str


@dataclass
class Stranger:
    """Somebody with a socket, a jar of cookies and no manners."""

    base: str
    jar: dict[str, str] = field(default_factory=dict)

    def ask(self, path: str, method: str = "GET", body: bytes | None = None, **headers: str) -> Answer:
        parts = urlsplit(self.base)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=15)
        try:
            connection.putrequest(method, path, skip_accept_encoding=True)
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            if self.jar and "Cookie" not in named:
                named["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.jar.items())
            for name, value in named.items():
                connection.putheader(name, value)
            if body is not None:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            got = connection.getresponse()
            cookies = got.headers.get_all("Set-Cookie") or []
            answer = Answer(got.status, {k.lower(): v for k, v in got.getheaders()}, cookies, got.read().decode(errors="replace"))
        finally:
            connection.close()
        for cookie in cookies:
            name, _, rest = cookie.partition("=")
            self.jar[name] = rest.partition(";")[0].strip('"')
            if "Max-Age=0" in cookie:
                del self.jar[name]
        return answer

    def form(self, path: str, **fields: str) -> Answer:
        return self.ask(path, "POST", urlencode(fields).encode(), Content_Type="application/x-www-form-urlencoded")

    def mark(self) -> str:
        found = re.search(r'name="csrf" value="([^"]+)"', self.ask("/auth/login").body)
        assert found
        return found[1]

    def sign_in(self, login: str = "zhou", password: str = "") -> Answer:
        return self.form("/auth/login", csrf=self.mark(), login=login, password=password or PASSWORDS["zhou"])

    @property
    def token(self) -> str:
        return self.jar.get("hall_staff", "")


@pytest.fixture
def house(sample_house: House) -> House:
    """One running sample that nobody writes to but for sessions."""
    return sample_house


@pytest.fixture
def stranger(house: House) -> Stranger:
    return Stranger(house.staff)


@pytest.fixture
def zhou(house: House) -> Stranger:
    known = Stranger(house.staff)
    assert known.sign_in().status == 303
    return known


@pytest.fixture
def own_house(staff_house: House) -> House:
    """A house where wrong tries are made: they slow down everybody of one address, until the next test."""
    return staff_house


def pretend_wrong_tries(house: House, login: str, address: str, count: int) -> None:
    """Put more wrong tries behind the real ones, so that the wait is a minute and no test races with it."""
    account = sha256(login.encode()).digest()
    tries = [SignInTry(account=account, address=address, at=clock.now()) for _ in range(count)]
    engine = house.engine()
    with Session(engine) as session:
        session.add_all(tries)
        session.commit()
    engine.dispose()


# -- strangers -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "//",
        "/?x=/auth/login",
        "/index.html",
        STREAM,
        "/_stcore/host-config",
        "/_stcore/metrics",
        "/_stcore/script-health-check",
        "/_stcore/upload_file/a/b",
        "/component/x/y",
        "/media/x.png",
        "/app/static/x",
        "/openapi.json",
        "/static/js/index.js",
        "/hall/changed",
        "/hall/camera",
        "/hall/pictures/scan.svg",
        "/desk/card/01a20b8e-4a9b-7662-8d7a-1b5dc53ab8e8",
        "/desk/card/01a20b8e-4a9b-7662-8d7a-1b5dc53ab8e8.png",
        "/desk/card/../../auth/login/../../",
        "/auth/logout",
        "/auth/login/",
        "/auth/login/../../",
        "/auth/login%2f..%2f..%2f",
        "/auth/..%2f",
        "/AUTH/LOGIN/../",
        "/auth/login;/../",
        "/hall/style/../../",
        "/hall/style/%2e%2e/%2e%2e/",
        "/hall/fonts/../changed",
        "/hall/fonts/..%2fchanged",
        "/hall/style/..%5c..%5c",
        "/favicon.png/../",
        "/_stcore/health/../stream",
        "/%00",
    ],
)
def test_a_stranger_gets_nothing_but_the_door(stranger: Stranger, path: str) -> None:
    answer = stranger.ask(path)
    assert answer.status in {303, 400, 401, 404, 405}
    if answer.status == 303:
        assert answer.headers["location"] == "/auth/login"
    assert not any(name in answer.body for name in (*NAMES, "stApp", "streamlit"))


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT"])
def test_no_method_opens_the_page(stranger: Stranger, method: str) -> None:
    assert stranger.ask("/", method, b"").status in {400, 401, 404, 405, 501}


@pytest.mark.parametrize("token", ["", "x", "' OR 1=1 --", "a" * 300, "%00", "hall_staff=x"])
def test_a_made_up_cookie_opens_nothing(stranger: Stranger, token: str) -> None:
    assert stranger.ask("/", Cookie=f"hall_staff={token}").status == 303
    assert stranger.ask("/auth/here", Cookie=f"hall_staff={token}").status == 401


def websocket(house: House, *, cookie: str = "", origin: str = "") -> None:
    """Open the page's websocket and wait for a first word; raises when it is turned away."""
    headers = {"Cookie": cookie} if cookie else {}
    with connect(house.staff.replace("http", "ws") + STREAM, additional_headers=headers, origin=origin or house.staff) as socket:  # type: ignore[arg-type]
        socket.recv(timeout=1)


@pytest.mark.parametrize("cookie", ["", "hall_staff=x", "hall_staff=", "other=1"])
def test_a_websocket_without_a_session_is_turned_away(house: House, cookie: str) -> None:
    with pytest.raises((InvalidStatus, ConnectionClosed)):
        websocket(house, cookie=cookie)


def test_a_websocket_with_a_session_is_let_in_and_one_from_another_page_is_not(house: House, zhou: Stranger) -> None:
    with pytest.raises(TimeoutError):
        websocket(house, cookie=f"hall_staff={zhou.token}")
    with pytest.raises((InvalidStatus, ConnectionClosed)):
        websocket(house, cookie=f"hall_staff={zhou.token}", origin="http://evil.example")


@pytest.mark.parametrize(
    ("origin", "let_in"),
    [("http://hall.example:8502", True), (None, True), ("http://evil.example", False), ("null", False), ("http://hall.example", False)],
)
def test_a_foreign_page_is_turned_away_before_streamlit_asks_the_internet_who_we_are(origin: str | None, let_in: bool) -> None:  # noqa: FBT001
    """Streamlit asks a server elsewhere for this machine's address when it meets an unknown origin: seconds, and a request that leaves."""
    reached, sent = [], []

    async def inside(scope: Any, receive: Any, send: Any) -> None:
        reached.append(scope["path"])

    async def receive() -> dict[str, str]:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message["type"])

    headers = [(b"host", b"hall.example:8502")] + ([(b"origin", origin.encode())] if origin else [])
    knock = KnownPaths(inside)({"type": "websocket", "path": STREAM, "headers": headers}, receive, send)
    # In a thread of its own: a browser test before this one may have left its event loop running in ours.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, knock).result()
    assert (bool(reached), sent) == ((True, []) if let_in else (False, ["websocket.close"]))


# -- the door ------------------------------------------------------------------------------------------------------------


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(stranger: Stranger) -> None:
    (cookie,) = [each for each in stranger.sign_in().cookies if each.startswith("hall_staff=") and "Max-Age=0" not in each]
    flags = {flag.strip().lower() for flag in cookie.split(";")[1:]}
    assert {"httponly", "samesite=strict", "path=/", "max-age=43200"} <= flags
    assert "domain" not in cookie.lower()
    assert len(stranger.token) >= 43


def test_the_door_leads_home_whatever_the_address_says(stranger: Stranger) -> None:
    for query in ("?next=//evil.example", "?next=https://evil.example", "?redirect=/\\evil.example"):
        answer = stranger.form(f"/auth/login{query}", csrf=stranger.mark(), login="zhou", password=PASSWORDS["zhou"], next="//evil.example")
        assert (answer.status, answer.headers["location"]) == (303, "/")
        stranger.jar.clear()


@pytest.mark.parametrize("forged", ["nothing", "wrong", "no cookie", "origin", "site", "json", "huge", "many"])
def test_a_form_that_is_not_ours_signs_nobody_in(stranger: Stranger, forged: str) -> None:
    fields = {"csrf": stranger.mark(), "login": "zhou", "password": PASSWORDS["zhou"]}
    headers = {"Content_Type": "application/x-www-form-urlencoded"}
    body = ""
    match forged:
        case "nothing":
            del fields["csrf"]
        case "wrong":
            fields["csrf"] = "x" * 32
        case "no cookie":
            stranger.jar.clear()
        case "origin":
            headers["Origin"] = "http://evil.example"
        case "site":
            headers["Sec_Fetch_Site"] = "cross-site"
        case "json":
            headers["Content_Type"] = "text/plain"
        case "huge":
            fields["x"] = "x" * 5000
        case "many":
            body = "&".join(f"a{n}=1" for n in range(50)) + "&"
    answer = stranger.ask("/auth/login", "POST", (body + urlencode(fields)).encode(), **headers)
    assert answer.status == 400
    assert not stranger.token


def test_what_is_typed_comes_back_escaped(own_house: House) -> None:
    answer = Stranger(own_house.staff).sign_in('"><script>alert(1)</script>', "wrong")
    assert answer.status == 401
    assert "<script>alert" not in answer.body
    assert "&lt;script&gt;" in answer.body


def test_an_unknown_account_and_a_wrong_password_are_told_the_same(own_house: House) -> None:
    stranger = Stranger(own_house.staff)
    told = []
    for login in ("zhou", "nobody"):
        answer = stranger.sign_in(login, "wrong")
        told.append((answer.status, re.sub(r'value="[^"]*"', "", answer.body)))
    assert told[0] == told[1]


def test_wrong_tries_wait_longer_and_longer_and_a_forged_address_does_not_help(own_house: House) -> None:
    stranger = Stranger(own_house.staff)
    statuses = [stranger.sign_in("zhou", "wrong").status for _ in range(3)]
    assert statuses == [401, 401, 401]
    pretend_wrong_tries(own_house, "zhou", "198.51.100.1", 6)
    waiting = stranger.sign_in("zhou")
    assert waiting.status == 429
    assert 1 <= int(waiting.headers["retry-after"]) <= 60
    for forged in ("203.0.113.5", "127.0.0.9"):
        body = urlencode({"csrf": stranger.mark(), "login": "zhou", "password": PASSWORDS["zhou"]}).encode()
        headers = {
            "Content_Type": "application/x-www-form-urlencoded",
            "X_Forwarded_For": forged,
            "X_Real_IP": forged,
            "Forwarded": f"for={forged}",
        }
        assert stranger.ask("/auth/login", "POST", body, **headers).status == 429


def test_who_knows_a_name_cannot_keep_its_owner_out(own_house: House) -> None:
    zhou = Stranger(own_house.staff)
    zhou.sign_in()
    pretend_wrong_tries(own_house, "zhou", "198.51.100.1", 9)
    assert Stranger(own_house.staff).sign_in().status == 429
    del zhou.jar["hall_staff"]
    assert zhou.sign_in().status == 303


def test_ten_accounts_from_one_address_are_slowed_whatever_it_says_of_itself(own_house: House) -> None:
    stranger = Stranger(own_house.staff)
    for number in range(10):
        body = urlencode({"csrf": stranger.mark(), "login": f"guess{number}", "password": "wrong"}).encode()
        headers = {"Content_Type": "application/x-www-form-urlencoded", "X_Forwarded_For": f"203.0.113.{number}"}
        assert stranger.ask("/auth/login", "POST", body, **headers).status == 401
    pretend_wrong_tries(own_house, "somebody", "127.0.0.1", 6)
    assert stranger.sign_in("guess11", "wrong").status == 429


def test_behind_a_trusted_proxy_addresses_count_apart_and_the_cookie_is_secure(new_house: Callable[..., House], sample_file: Path) -> None:
    house = with_sample(new_house("staff", TRUSTED_PROXY="127.0.0.1"), sample_file)
    stranger = Stranger(house.staff)
    for number in range(11):
        body = urlencode({"csrf": stranger.mark(), "login": f"guess{number}", "password": "wrong"}).encode()
        headers = {
            "Content_Type": "application/x-www-form-urlencoded",
            "X_Forwarded_For": f"203.0.113.{number}",
            "X_Forwarded_Proto": "https",
        }
        assert stranger.ask("/auth/login", "POST", body, **headers).status == 401
    body = urlencode({"csrf": stranger.mark(), "login": "zhou", "password": PASSWORDS["zhou"]}).encode()
    headers = {"Content_Type": "application/x-www-form-urlencoded", "X_Forwarded_For": "203.0.113.77", "X_Forwarded_Proto": "https"}
    answer = stranger.ask("/auth/login", "POST", body, **headers)
    assert answer.status == 303
    assert any(cookie.startswith("hall_staff=") and "Secure" in cookie for cookie in answer.cookies)


# -- inside --------------------------------------------------------------------------------------------------------------


def test_with_a_session_the_page_opens_and_the_closed_rooms_stay_closed(zhou: Stranger) -> None:
    assert zhou.ask("/").status == 200
    for path in (
        "/_stcore/metrics",
        "/openapi.json",
        "/_stcore/script-health-check",
        "/media/x",
        "/app/static/x",
    ):
        assert zhou.ask(path).status == 404, path


def test_files_are_taken_from_who_is_signed_in_and_from_nobody_else(zhou: Stranger, stranger: Stranger) -> None:
    assert stranger.ask("/_stcore/upload_file/a/b", "PUT").status in {303, 401, 403}
    # No page of this session waits for a file, so Streamlit itself says no.
    assert zhou.ask("/_stcore/upload_file/a/b", "PUT").status in {400, 403, 404}


@pytest.mark.parametrize("path", ["/", "/auth/login", "/nowhere", "/_stcore/health", "/_stcore/host-config", "/desk/card/x"])
def test_every_answer_wears_the_headers_of_the_house(zhou: Stranger, stranger: Stranger, path: str) -> None:
    for asking in (zhou, stranger):
        headers = asking.ask(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-frame-options"] == "DENY"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"


def test_work_keeps_a_session_alive_and_looking_does_not(house: House, zhou: Stranger) -> None:
    engine, long_ago = house.engine(), clock.now() - timedelta(minutes=20)
    own = StaffSession.token_hash == sha256(zhou.token.encode()).digest()  # type: ignore[attr-defined]

    def seen_at() -> datetime:
        with engine.connect() as connection:
            return connection.execute(sa.select(StaffSession.seen_at).where(own)).scalar_one()  # type: ignore[call-overload, no-any-return]

    with engine.begin() as connection:
        connection.execute(sa.update(StaffSession).where(own).values(seen_at=long_ago))
    zhou.ask("/auth/here")
    zhou.ask("/")
    zhou.ask("/auth/here", "POST", b"", Origin="http://evil.example")
    assert seen_at() == long_ago
    assert zhou.ask("/auth/here", "POST", b"").status == 204
    assert seen_at() > long_ago
    engine.dispose()


def test_a_card_is_shown_to_staff_alone(house: House, zhou: Stranger, stranger: Stranger) -> None:
    engine = house.engine()
    with engine.connect() as connection:
        card_id = connection.execute(
            sa.select(Card.id).join(Patron, Patron.id == Card.patron_id).where(Patron.name == "王梅香")
        ).scalar_one()
    engine.dispose()
    for path in (f"/desk/card/{card_id}", f"/desk/card/{card_id}.png"):
        assert stranger.ask(path).status == 401
        answer = zhou.ask(path)
        assert (answer.status, answer.headers["cache-control"]) == (200, "no-store")
    for nothing in (uuid4(), "x", "..", "%2e%2e%2fx", "' OR 1=1"):
        assert zhou.ask(f"/desk/card/{str(nothing).replace(' ', '%20')}").status in {400, 404}


def test_signing_out_is_a_post_with_our_own_mark(house: House) -> None:
    zhou = Stranger(house.staff)
    zhou.sign_in()
    token = zhou.token
    assert zhou.ask("/auth/logout").status == 405
    zhou.form("/auth/logout", csrf="wrong")
    assert zhou.ask("/auth/here").status == 204
    mark = sha256(f"leave:{token}".encode()).hexdigest()[:32]
    zhou.ask(
        "/auth/logout",
        "POST",
        urlencode({"csrf": mark}).encode(),
        Content_Type="application/x-www-form-urlencoded",
        Origin="http://evil.example",
    )
    assert zhou.ask("/auth/here").status == 204
    answer = zhou.form("/auth/logout", csrf=mark)
    assert (answer.status, answer.headers["location"], zhou.token) == (303, "/auth/login", "")
    zhou.jar["hall_staff"] = token
    assert zhou.ask("/auth/here").status == 401
    assert zhou.ask("/").status == 303


def test_an_open_websocket_is_closed_when_its_session_ends(house: House) -> None:
    zhou = Stranger(house.staff)
    zhou.sign_in()
    with connect(
        house.staff.replace("http", "ws") + STREAM, additional_headers={"Cookie": f"hall_staff={zhou.token}"}, origin=house.staff
    ) as socket:  # type: ignore[arg-type]
        mark = sha256(f"leave:{zhou.token}".encode()).hexdigest()[:32]
        zhou.form("/auth/logout", csrf=mark)
        with pytest.raises(ConnectionClosed) as closed:
            socket.recv(timeout=15)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4401


def test_a_closed_account_closes_its_open_websockets(own_house: House) -> None:
    lan = Stranger(own_house.staff)
    lan.sign_in("lan", PASSWORDS["lan"])
    engine = own_house.engine()
    with connect(
        own_house.staff.replace("http", "ws") + STREAM, additional_headers={"Cookie": f"hall_staff={lan.token}"}, origin=own_house.staff
    ) as socket:  # type: ignore[arg-type]
        database.write(engine, accounts.close, login="lan", at=clock.now())
        with pytest.raises(ConnectionClosed):
            socket.recv(timeout=30)
    database.write(engine, accounts.reopen, login="lan")
    engine.dispose()


def test_a_database_that_is_away_is_one_calm_page_and_comes_back_by_itself(staff_house: House) -> None:
    house = staff_house
    known = Stranger(house.staff)
    known.sign_in()
    files = [file for file in house.folder.iterdir() if file.name.startswith("hall.db")]
    for file in files:
        file.rename(house.folder / f"away-{file.name}")
    for path in ("/", "/auth/login"):
        answer = known.ask(path)
        assert answer.status == 503, path
        assert "系统暂时休息" in answer.body
        assert "Traceback" not in answer.body
    for file in files:
        (house.folder / f"away-{file.name}").rename(file)
    assert known.ask("/").status == 200


# -- the other process ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/auth/login", "/auth/logout", "/auth/here", "/desk/card/x", "/staff", "/staff_app"])
def test_the_kiosk_has_no_door_for_staff(house: House, path: str) -> None:
    zhou = Stranger(house.staff)
    zhou.sign_in()
    assert Stranger(house.kiosk, dict(zhou.jar)).ask(path).status == 404


def test_open_to_the_network_without_tls_is_written_in_the_log(new_house: Callable[..., House], sample_file: Path) -> None:
    house = with_sample(new_house("staff", STAFF_BIND="0.0.0.0"), sample_file)  # noqa: S104  what is warned of
    lines = [json.loads(line) for line in (house.folder / "logs" / "staff.log").read_text(encoding="utf-8").splitlines()]
    assert any("without TLS" in line["event"] for line in lines)


def test_no_log_line_names_who_signed_in_or_what_was_typed(own_house: House) -> None:
    stranger = Stranger(own_house.staff)
    stranger.sign_in("my-secret-password", "another-secret")
    stranger.sign_in()
    said = (own_house.folder / "logs" / "staff.log").read_text(encoding="utf-8") + own_house.told()
    assert "signed in" in said
    for secret in ("my-secret", "another-secret", "zhou", "周桂生", PASSWORDS["zhou"], stranger.token):
        assert secret not in said, secret
