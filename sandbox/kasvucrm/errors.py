"""Errors of the Web API: `{"error": {"code", "message"}}`. A message never repeats a value that was sent."""

from __future__ import annotations

BAD_QUERY = "0x80060888"
BAD_INPUT = "0x80060891"
NOT_FOUND = "0x8006088a"
UNAUTHORIZED = "0x80040220"
UNAVAILABLE = "0x80040224"
INTERNAL = "0x80040216"


class ApiError(Exception):
    """An answer other than 200, with its code and message."""

    def __init__(self, status: int, code: str, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(code)
        self.status, self.code, self.message, self.headers = status, code, message, headers or {}

    def body(self) -> dict[str, dict[str, str]]:
        return {"error": {"code": self.code, "message": self.message}}


def bad_query(message: str) -> ApiError:
    return ApiError(400, BAD_QUERY, message)
