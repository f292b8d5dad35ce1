"""One fault's nights: what must be so of every fault, whatever it is."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date

from email_registry import sync
from email_registry.errors import RegistryError
from email_registry.night import flow
from sandbox.faults import Fault, load
from tests.conftest import ROOT
from tests.offices import Office
from tests.registry_rows import addresses, run_sql

AUDIENCES = {"ura_persons": "person", "ura_companies": "company", "kasvucrm_companies": "company"}


@dataclass
class Nights:
    """The nights of one office, played in this process: Great Expectations is imported once."""

    office: Office

    def play(self) -> str | None:
        """A night by the steps that `./registry night` takes. Returns what it said where it was held."""
        try:
            flow.play(self._on, owner=f"test {self.office.date}", tell=lambda text: None)
        except RegistryError as error:
            return str(error)
        return None

    def sync(self) -> dict[str, str]:
        """Make every list equal. Target -> what was said where it could not be."""
        said = {}
        for target in self.office.targets:
            try:
                plan = sync.make_plan(target, self._on, owner=f"test {target}")
                if plan.id is not None:
                    sync.read_back(plan.id, sync.apply(plan.id), owner=f"test {target}")
            except RegistryError as error:
                said[target] = str(error)
        return said

    def healthy(self) -> None:
        """A night on which all is well: every list is equal to the truth afterwards."""
        said = self.play()
        assert said is None, said
        stopped = self.sync()
        assert stopped == {}, stopped
        assert self.office.differences() == {}

    def faulty(self, fault_id: str, *says: str, nights: int = 1) -> None:
        """Nights with the fault, and what must be so of them. `says`: what the message says of it, in words."""
        fault = load()[fault_id]
        for _ in range(nights):
            before = {audience: addresses(self._admin, audience) for audience in ("person", "company")}
            members = {target: set(self.office.members(target).values()) for target in self.office.targets}
            self.office.advance("--fault", fault_id)
            said = self.play()
            self._assert_run(fault, said)
            for words in says if fault.unproven else ():
                assert words in (said or "")
            self._assert_registry(fault, before)
            stopped = self.sync()
            assert bool(stopped) == fault.unreachable
            for text in stopped.values():
                self._assert_message(text)
                assert all(words in text for words in says)
            self._assert_lists(members)

    def faulty_then_healthy(self, fault_id: str, *says: str, nights: int = 1) -> None:
        """And the next healthy night catches up by itself."""
        self.faulty(fault_id, *says, nights=nights)
        self.office.advance()
        self.healthy()

    @property
    def _on(self) -> date:
        return date.fromisoformat(self.office.date)

    @property
    def _admin(self) -> str:
        return self.office.environment["REGISTRY_ADMIN_URL"]

    def _assert_run(self, fault: Fault, said: str | None) -> None:
        """The run is marked for what it was, source by source, and there is one clear message where it was held."""
        night_id, state = run_sql(
            self._admin, "SELECT id, state FROM operations.run WHERE kind = 'night' ORDER BY id DESC LIMIT 1"
        )[0]
        children = run_sql(
            self._admin,
            "SELECT DISTINCT ON (kind, subject) kind, subject, state, coalesce(reason, '') FROM operations.run"
            " WHERE parent_id = %s ORDER BY kind, subject, id DESC",
            night_id,
        )
        stopped = {subject for kind, subject, ended, _ in children if kind in ("extract", "check") and ended != "done"}
        assert stopped == set(fault.unproven)
        assert all("@" not in reason for *_, reason in children)
        assert state == ("held" if fault.unproven else "done")
        assert (said is not None) == bool(fault.unproven)
        if said is not None:
            assert "nobody was removed on account of it" in said
            assert all(source in said for source in fault.unproven)
            self._assert_message(said)

    def _assert_message(self, said: str) -> None:
        assert "@" not in said
        assert "\n" not in said
        assert said.endswith(".md)")
        assert (ROOT / said[said.rindex("(") + 1 : -1]).is_file()

    def _assert_registry(self, fault: Fault, before: dict[str, set[str]]) -> None:
        """Nobody is gone on account of the fault, and what the other sources brought is there."""
        frozen = {AUDIENCES[source] for source in fault.unproven}
        for audience, known in before.items():
            assert (known <= addresses(self._admin, audience)) is True
        absent = run_sql(
            self._admin,
            "SELECT count(*) FROM registry.unseen JOIN registry.address a ON a.id = address_id"
            " WHERE absent_since = %s AND audience = ANY(%s)",
            self._on,
            list(frozen),
        )
        assert absent == [(0,)]
        loads = run_sql(
            self._admin,
            "SELECT subject, counts FROM operations.run WHERE kind = 'load' AND state = 'done' AND business_date = %s",
            self._on,
        )
        new = {audience: counts["new"] for audience, counts in loads}
        for source, audience in AUDIENCES.items():
            if source not in fault.unproven:
                assert new.get(audience, 0) > 0

    def _assert_lists(self, members: dict[str, set[str]]) -> None:
        """Whoever should be on a list and was there is there still. Who left at Webropol left by themselves."""
        held = json.loads((self.office.home / "truth" / "held.json").read_text())["lists_held"]
        for target, before in members.items():
            after = set(self.office.members(target).values()) if not self._unreachable else before
            assert not (before - after) & self.office.truth(target)
            if target not in held:
                assert after == self.office.truth(target)

    @property
    def _unreachable(self) -> bool:
        return bool(json.loads((self.office.home / "truth" / "held.json").read_text())["webropol_unreachable"])
