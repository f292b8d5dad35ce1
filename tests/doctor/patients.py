"""A served office of which one thing is made wrong at a time, and what the doctor says of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from email_registry.doctor.examination import examine
from email_registry.doctor.findings import Finding
from tests.conftest import SANDBOX_POLICY
from tests.doctor.mail_server import MailServer
from tests.offices import Office

HASTY = {"connect_seconds": 1, "read_seconds": 3, "request_seconds": 5, "attempts": 3, "longest_wait_seconds": 1}
TEMPLATE = "Sähköposti;Kieli\r\n"
BY_SHEETS = {
    "delivery": "sheets",
    "sheet": {"template": "pohja.csv", "email": "Sähköposti", "fixed": {"Kieli": "fi"}},
}
# Every way a night can read by but SFTP, a list by sheets, and mail.
HEALTHY: dict[str, Any] = {
    "extends": str(SANDBOX_POLICY),
    "http": HASTY,
    "sources": {"ura_companies": {"way": "view"}},
    "targets": {"yritysasiakkaat": BY_SHEETS},
    "mail": {"connection": "mail", "to": ["tietosuoja@te-toimisto.fi"]},
}


@dataclass
class Patient:
    """`says` is what the doctor says; what a test changes is put right again by the fixture."""

    office: Office
    mail: MailServer
    home: Path
    patch: pytest.MonkeyPatch

    def rule(self, **changes: Any) -> None:
        """The healthy policy with these changes."""
        (self.home / "policy.yaml").write_text(yaml.safe_dump(_overlaid(HEALTHY, changes), allow_unicode=True))

    def connect(self, **changes: Any) -> None:
        """All connections as they must be, but these: whole ones, or None for one that is not there."""
        self.office.connect(mail=self.mail.connection())
        file = self.home / "secrets" / "connections.json"
        found = json.loads(file.read_text())
        for name, change in changes.items():
            found.pop(name)
            if change is not None:
                found[name] = change
        file.write_text(json.dumps(found))

    def connection(self, name: str, extra: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
        """A connection as it is, with these changes."""
        found = json.loads((self.home / "secrets" / "connections.json").read_text())[name]
        return {**found, **changes, "extra": {**found.get("extra", {}), **(extra or {})}}

    @contextmanager
    def admin(self, change: str, back: str, admin_url: str | None = None) -> Iterator[None]:
        """SQL of a database's owner, and what puts it right again."""
        from tests.registry_rows import run_sql

        url = admin_url or self.office.environment["REGISTRY_ADMIN_URL"]
        run_sql(url, change)
        try:
            yield
        finally:
            run_sql(url, back)

    def examined(self, *only: str) -> list[Finding]:
        return examine(only)

    def ill(self, *only: str) -> dict[str, Finding]:
        """What is not well, by its name. Each is one line with its cure, and without an address or a secret."""
        found = {one.name: one for one in examine(only) if not one.ok}
        known = self.office.endpoints
        secret = known["kasvucrm"]["client_secret"], known["webropol"]["password"], known["ura"]["sftp"]["password"]
        for one in found.values():
            assert one.detail
            assert one.cure
            assert "\n" not in str(one)
            assert "@" not in str(one)
            assert not any(word in str(one) for word in secret)
        return found

    def says(self, name: str) -> Finding:
        """The finding of that name, which is the only one of its kind that is not well."""
        found = self.ill(name.split(" ")[0])
        assert list(found) == [name]
        return found[name]


def _overlaid(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    result = dict(below)
    for key, value in above.items():
        old = result.get(key)
        result[key] = _overlaid(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return result
