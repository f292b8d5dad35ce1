"""One way to make a list equal, in a process of its own. Prints one line of JSON.

python -m benchmarks.sync_cases CASE     `BENCH_CASE`: Webropol's endpoints, members and churn
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from datetime import date
from typing import Any

import requests

from benchmarks.peers.timing import imported, measured

ON = date(2026, 11, 24)
TARGET = "henkiloasiakkaat"
BATCH = 1000


def email_of(number: int) -> str:
    """The address of a number, as sync_registry.sql has it."""
    return f"henkilo{number}@posti{number % 50}.sandbox-posti.fi"


class Webropol:
    """A plain client, which counts its requests, and for how long the list lacked somebody who belongs on it."""

    def __init__(self, case: dict[str, Any]) -> None:
        self._session, self._base = requests.Session(), case["base"] + "/api/v1"
        login = {"grant_type": "password", "username": case["username"], "password": case["password"]}
        token = self._session.post(case["base"] + "/Token", data=login, timeout=60).json()["access_token"]
        self._session.headers["Authorization"] = f"Bearer {token}"
        self.reads = self.acts = 0
        lists = self._session.get(self._base + "/lists", timeout=60).json()
        self._list = next(f"/lists/{row['ListId']}/members" for row in lists if row["Name"] == TARGET)

    def members(self) -> dict[str, str]:
        found: dict[str, str] = {}
        number, last = 1, False
        while not last:
            page = self._session.get(self._base + self._list, params={"paging": number}, timeout=600).json()
            found |= {member["Email"]: member["MemberId"] for member in page["Members"]}
            number, last, self.reads = number + 1, page["Paging"]["IsLastItemFetched"], self.reads + 1
        return found

    def add(self, emails: list[str]) -> None:
        self._act(self._list, {"Members": [{"Email": email} for email in emails]})

    def remove(self, ids: list[str]) -> None:
        self._act(self._list + "/removals", {"MemberIds": ids})

    def _act(self, path: str, body: dict[str, Any]) -> None:
        self._session.post(self._base + path, json=body, timeout=600).raise_for_status()
        self.acts += 1


def ours(case: dict[str, Any], counts: dict[str, float]) -> Callable[[], int]:
    """As `./registry sync` does it."""
    imported("psycopg2.extras", "pyarrow.compute", "sqlalchemy.dialects.postgresql.psycopg2", "encodings.punycode")
    from email_registry import sync
    from email_registry.boundaries.web import Door

    whole = Door._send

    def counted(self: Door, method: str, url: str, *arguments: Any, **options: Any) -> Any:
        counts["acts" if "/members" in url and method == "POST" else "reads"] += 1
        return whole(self, method, url, *arguments, **options)

    Door._send = counted  # type: ignore[method-assign]

    def work() -> int:
        plan = sync.make_plan(TARGET, ON, owner="benchmark")
        assert plan.id is not None  # noqa: S101  not a dry run
        done = sync.read_back(plan.id, sync.apply(plan.id), owner="benchmark")
        return int(done["listed"]) if done["verified"] else -1

    return work


def replace(case: dict[str, Any], counts: dict[str, float]) -> Callable[[], int]:
    """Everybody out, everybody in: a list that lacks nearly all for as long as it takes."""
    webropol, members, churn = Webropol(case), case["members"], case["churn"]

    def work() -> int:
        ids = list(webropol.members().values())
        began = time.perf_counter()
        for start in range(0, len(ids), BATCH):
            webropol.remove(ids[start : start + BATCH])
        for start in range(churn, members + churn, BATCH):
            webropol.add([email_of(number) for number in range(start, min(start + BATCH, members + churn))])
        counts["short_seconds"] = round(time.perf_counter() - began, 1)
        return _count_members(webropol, counts)

    return work


def each(case: dict[str, Any], counts: dict[str, float]) -> Callable[[], int]:
    """The difference, found in this process, and a request for each member of it."""
    webropol, members, churn = Webropol(case), case["members"], case["churn"]

    def work() -> int:
        members_now = webropol.members()
        wanted = {email_of(number) for number in range(churn, members + churn)}
        for email in members_now.keys() - wanted:
            webropol.remove([members_now[email]])
        for email in wanted - members_now.keys():
            webropol.add([email])
        return _count_members(webropol, counts)

    return work


def _count_members(webropol: Webropol, counts: dict[str, float]) -> int:
    listed = len(webropol.members())
    counts |= {"reads": webropol.reads, "acts": webropol.acts}
    return listed


CASES = {"ours": ours, "replace": replace, "each": each}


def main() -> None:
    case, counts = json.loads(os.environ["BENCH_CASE"]), {"reads": 0.0, "acts": 0.0, "short_seconds": 0.0}
    found = measured(CASES[sys.argv[1]](case, counts))
    print(json.dumps({**found, "listed": found.pop("rows"), **{key: counts[key] for key in counts}}))


if __name__ == "__main__":
    main()
