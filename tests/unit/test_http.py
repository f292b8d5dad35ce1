"""The door to other systems, against a real server: who may be asked, what is sent again, what an error tells."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from email_registry.boundaries.web import Door, HttpFailed
from email_registry.errors import ConfigurationError

Answer = tuple[int, dict[str, str], bytes]


class Server:
    """Answers with what it was given, in turn, the last one again and again; remembers what it was asked."""

    def __init__(self) -> None:
        self.answers: list[Answer] = [(200, {}, b"{}")]
        self.asked: list[tuple[str, str, str | None]] = []
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
                self.wfile.write(body)

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
