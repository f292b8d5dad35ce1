"""The door to other systems, against a real server: who may be asked, what is sent again, what an error tells."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from email_registry.boundaries import web
from email_registry.boundaries.web import Door, HttpFailed
from email_registry.errors import ConfigurationError

Answer = tuple[int, dict[str, str], bytes]


class Server:
    """Answers with what it was given, in turn, the last one again and again; remembers what it was asked."""

    def __init__(self) -> None:
        self.answers: list[Answer] = [(200, {}, b"{}")]
        self.asked: list[tuple[str, str, str | None]] = []
        self.drip = 0.0  # seconds a byte
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                outer.asked.append((self.command, self.path, self.headers.get("Authorization")))
                status, headers, body = outer.answers.pop(0) if len(outer.answers) > 1 else outer.answers[0]
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                for at in range(len(body)) if outer.drip else ():
                    self.wfile.write(body[at : at + 1])
                    time.sleep(outer.drip)
                self.wfile.write(b"" if outer.drip else body)

            do_GET = do_POST = answer  # noqa: N815

            def log_message(self, *arguments: object) -> None:
                """Says nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def server(registry_env: dict[str, str]) -> Iterator[Server]:
    server = Server()
    yield server
    server.close()


PAUSE = {"Retry-After": "0"}


def test_a_read_is_tried_again_while_the_server_is_in_trouble(server: Server) -> None:
    server.answers = [(503, {}, b""), (429, PAUSE, b""), (200, {}, b'{"ok": 1}')]
    assert Door("it", server.url).get("/x") == {"ok": 1}
    assert len(server.asked) == 3


def test_an_act_is_tried_again_only_where_it_was_refused_undone(server: Server) -> None:
    server.answers = [(429, PAUSE, b""), (200, {}, b"{}")]
    Door("it", server.url).act("POST", "/x", json={})
    assert len(server.asked) == 2
    server.asked.clear()
    server.answers = [(504, {}, b""), (200, {}, b"{}")]
    with pytest.raises(HttpFailed) as failed:
        Door("it", server.url).act("POST", "/x", json={})
    assert (len(server.asked), failed.value.certain) == (1, False)


def test_a_refused_token_is_renewed_once(server: Server) -> None:
    server.answers = [(401, {}, b""), (200, {}, b"{}")]
    Door("it", server.url, token=lambda refused: "new" if refused else "old").get("/x")
    assert [header for _, _, header in server.asked] == ["Bearer old", "Bearer new"]
    server.answers = [(401, {}, b"")]
    with pytest.raises(HttpFailed, match="401"):
        Door("it", server.url, token=lambda refused: "same").get("/x")


@pytest.mark.promise("disclosure", "transfer")
def test_no_redirect_is_followed(server: Server) -> None:
    server.answers = [(302, {"Location": "http://127.0.0.1:9/"}, b"")]
    with pytest.raises(HttpFailed, match="302"):
        Door("it", server.url, token=lambda refused: "secret").get("/x")
    assert len(server.asked) == 1


def test_html_with_200_is_no_answer(server: Server) -> None:
    server.answers = [(200, {}, b"<html>maintenance</html>")]
    with pytest.raises(HttpFailed, match="not JSON") as failed:
        Door("it", server.url).get("/x")
    assert failed.value.__context__ is None


@pytest.mark.promise("disclosure", "transfer")
@pytest.mark.parametrize(
    "url",
    [
        "https://lists.elsewhere.example/x",
        "http://127.0.0.1.elsewhere.example/x",
        "http://127.0.0.1@elsewhere.example/x",
        "http://elsewhere.example\\@127.0.0.1/x",  # requests sends this to elsewhere.example
        "http://elsewhere.example:port@127.0.0.1:port/x",
    ],
)
def test_a_host_that_the_policy_does_not_allow_is_sent_nothing(server: Server, url: str) -> None:
    with pytest.raises(ConfigurationError, match="allowed_hosts"):
        Door("it", server.url, token=lambda refused: "secret").get(url)
    assert server.asked == []


def test_nobody_there_is_one_line_without_the_url(server: Server) -> None:
    server.close()
    with pytest.raises(HttpFailed) as failed:
        Door("it", server.url).act("POST", "/people", json={"Email": "matti@posti.fi"})
    assert failed.value.message == "it does not answer"
    assert failed.value.certain
    assert failed.value.__context__ is None


@pytest.fixture
def limits(monkeypatch: pytest.MonkeyPatch, registry_env: dict[str, str], tmp_path: Path) -> Callable[..., None]:
    """Other bounds of the policy."""

    def write(**http: float) -> None:
        file = tmp_path / "limits.yaml"
        file.write_text(json.dumps({"extends": registry_env["REGISTRY_POLICY"], "http": http}))
        monkeypatch.setenv("REGISTRY_POLICY", str(file))

    return write


def in_a_moment(seconds: float) -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)


@pytest.mark.parametrize("asked", ["0", "1", "in a moment", "-5", "soon", "", "Thu, 01 Jan 1970 00:00:00 GMT"])
def test_a_throttle_is_honoured_whatever_it_says(server: Server, asked: str) -> None:
    said = in_a_moment(1) if asked == "in a moment" else asked
    server.answers = [(429, {"Retry-After": said}, b""), (200, {}, b"{}")]
    began = time.monotonic()
    assert Door("it", server.url).get("/x") == {}
    assert time.monotonic() - began < 10
    if asked == "1":
        assert time.monotonic() - began >= 1


@pytest.mark.parametrize("asked", ["999999", "in an hour"])  # the two workers must collect the same ids
def test_a_throttle_of_hours_is_given_up_at_once(server: Server, asked: str) -> None:
    said = in_a_moment(3600) if asked == "in an hour" else asked
    server.answers = [(429, {"Retry-After": said}, b"")]
    with pytest.raises(HttpFailed, match=r"asks to wait \d+ s, longer than 5 s: run it again later") as failed:
        Door("it", server.url).get("/x")
    assert len(server.asked) == 1
    assert failed.value.passing


def test_while_one_thread_is_told_to_wait_the_others_wait_too(server: Server) -> None:
    server.answers = [(429, {"Retry-After": "1"}, b""), (200, {}, b"{}")]
    door = Door("it", server.url, at_once=2)
    first = threading.Thread(target=door.get, args=("/x",))
    first.start()
    while not server.asked:
        time.sleep(0.01)
    time.sleep(0.1)
    began = time.monotonic()
    door.get("/y")
    assert time.monotonic() - began > 0.5
    first.join()


def test_tries_end(server: Server, limits: Callable[..., None]) -> None:
    limits(attempts=2, longest_wait_seconds=0.1)
    server.answers = [(503, {}, b"")]
    with pytest.raises(HttpFailed, match="answered 503") as failed:
        Door("it", server.url).get("/x")
    assert len(server.asked) == 2
    assert failed.value.passing


def test_a_server_that_drips_is_left_at_the_deadline(server: Server, limits: Callable[..., None]) -> None:
    limits(attempts=1, request_seconds=0.5, read_seconds=5)
    server.answers = [(200, {}, b" " * 600)]
    server.drip = 0.05
    began = time.monotonic()
    with pytest.raises(HttpFailed, match=r"no whole answer within 0\.5 s"):
        Door("it", server.url).get("/x")
    assert time.monotonic() - began < 5


def test_an_answer_without_end_is_not_read_to_it(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "LARGEST_ANSWER_BYTES", 1 << 20)
    server.answers = [(200, {}, b" " * (2 << 20))]
    with pytest.raises(HttpFailed, match="an answer of more than 1 MB"):
        Door("it", server.url).get("/x")


def test_half_an_answer_is_none(server: Server, limits: Callable[..., None]) -> None:
    limits(attempts=2, longest_wait_seconds=0.1)
    server.answers = [(200, {"Content-Length": "1000"}, b'{"value": []}')]
    with pytest.raises(HttpFailed, match=r"no whole answer|does not answer"):
        Door("it", server.url).get("/x")
    assert len(server.asked) == 2


def test_no_login_of_the_users_own_file_takes_the_tokens_place(
    server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    Door("it", server.url, token=lambda refused: "ours").get("/x")
    Door("it", server.url).get("/x")
    assert [header for _, _, header in server.asked] == ["Bearer ours", None]


def test_a_door_that_closes_holds_nobody(server: Server) -> None:
    server.answers = [(429, {"Retry-After": "4"}, b"")]
    door = Door("it", server.url)
    failures: list[str] = []

    def read() -> None:
        try:
            door.get("/x")
        except HttpFailed as failed:
            failures.append(failed.message)

    reader = threading.Thread(target=read)
    reader.start()
    while not server.asked:
        time.sleep(0.01)
    door.close()
    reader.join(2)
    assert failures == ["it is read no more"]
