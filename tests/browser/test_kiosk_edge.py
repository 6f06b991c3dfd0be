"""What the kiosk's server says to the network: little, with headers, and only to its own page."""

import http.client
import io

import pytest
import qrcode

from tests.house import House


def ask(house: House, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, dict[str, str], bytes]:
    """One plain request to the kiosk."""
    connection = http.client.HTTPConnection("127.0.0.1", house.kiosk_port, timeout=10)
    try:
        connection.request(method, path, body=body or None, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def ours(house: House) -> dict[str, str]:
    """The headers a browser puts on a POST of our own page."""
    return {"Origin": f"http://127.0.0.1:{house.kiosk_port}", "Sec_Fetch_Site": "same-origin", "Content_Type": "image/jpeg"}


def picture_of(code: str) -> bytes:
    file = io.BytesIO()
    qrcode.make(code).convert("RGB").save(file, "JPEG")
    return file.getvalue()


@pytest.mark.parametrize(
    "path",
    ["/_stcore/metrics", "/_stcore/agent/openapi.json", "/_stcore/agent/mcp", "/_stcore/agent/interact", "/docs", "/openapi.json",
     "/_stcore/script-health-check", "/app/static/x", "/media/x", "/auth/login", "/staff", "/hall/fonts/../../etc/passwd", "/_stcore/upload_file/x/y"],
)  # fmt: skip
def test_what_no_screen_asks_for_is_not_there(sample_house: House, path: str) -> None:
    for method in ("GET", "POST"):
        assert ask(sample_house, method, path)[0] in {404, 405}


def test_every_answer_carries_the_headers_of_the_house(sample_house: House) -> None:
    for path in ("/", "/_stcore/health", "/hall/changed", "/hall/pictures/find.svg", "/nowhere"):
        _, headers, _ = ask(sample_house, "GET", path)
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "default-src 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "camera=(self)" in headers["permissions-policy"]
        assert "microphone=()" in headers["permissions-policy"]


def test_the_page_is_ours_and_asks_nobody_else(sample_house: House) -> None:
    status, headers, body = ask(sample_house, "GET", "/")
    page = body.decode()
    assert status == 200
    assert headers["cache-control"] == "no-cache"
    assert '<html lang="zh-CN">' in page
    assert "<title>一门</title>" in page
    assert "<script>" not in page
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert "https://" not in page


def test_a_frame_is_read_for_our_own_page_alone(sample_house: House) -> None:
    frame = picture_of("43090210639920000104")
    status, headers, body = ask(sample_house, "POST", "/hall/camera", frame, **ours(sample_house))
    assert (status, body) == (200, b'{"code":"43090210639920000104"}')
    assert headers["cache-control"] == "no-store"
    assert ask(sample_house, "POST", "/hall/camera", frame)[0] == 403
    assert ask(sample_house, "POST", "/hall/camera", frame, **(ours(sample_house) | {"Origin": "https://elsewhere.example"}))[0] == 403
    assert ask(sample_house, "POST", "/hall/camera", frame, **(ours(sample_house) | {"Sec_Fetch_Site": "cross-site"}))[0] == 403
    assert ask(sample_house, "GET", "/hall/camera")[0] == 404
    assert ask(sample_house, "GET", "/hall/nothing")[0] == 404


def test_what_is_no_picture_holds_no_code_and_too_much_is_refused(sample_house: House) -> None:
    assert ask(sample_house, "POST", "/hall/camera", b"not a picture", **ours(sample_house))[2] == b'{"code":""}'
    assert ask(sample_house, "POST", "/hall/camera", b"x" * 300_001, **ours(sample_house))[0] == 413


def test_more_than_ten_frames_a_second_are_refused(sample_house: House) -> None:
    answers = [ask(sample_house, "POST", "/hall/camera", b"x", **ours(sample_house))[0] for _ in range(40)]
    assert answers.count(429) >= 1
    assert set(answers) <= {200, 429}


def test_fonts_come_cut_and_stay_in_the_browser(sample_house: House) -> None:
    from ui.parts import fonts

    for face in fonts.FULL:
        status, headers, body = ask(sample_house, "GET", f"/hall/fonts/{face}-{fonts.edition()}.woff2")
        assert status == 200
        assert "immutable" in headers["cache-control"]
        assert body[:4] == b"wOF2"
        assert len(body) < 3_000_000
        assert ask(sample_house, "GET", f"/hall/fonts/{face}-full-{fonts.edition()}.otf")[0] == 200
    assert ask(sample_house, "GET", "/hall/fonts/other.woff2")[0] == 404
    assert ask(sample_house, "GET", "/hall/pictures/..%2f..%2fkiosk_app.py")[0] == 404


def test_the_cut_fonts_hold_the_names_of_villages() -> None:
    from ui.parts import fonts

    assert {ord(sign) for sign in "镕喆堃玥赟祎𬭎㛃中国ABC123《》，。！？！＋－"} <= fonts.characters()
    assert len(fonts.characters()) > 8105
