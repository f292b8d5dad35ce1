"""Nights of an office that differs in everything that may differ, by the policy that `init` wrote and nothing else."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from email_registry import deliveries, sync, unsubscribes
from email_registry.cli.main import cli
from email_registry.extract import Extraction
from email_registry.night import flow
from email_registry.settings import policy
from local.postgres import Server
from local.second_office import ANSWERS, BY_SHEETS, connections
from sandbox import truth
from sandbox.home import Home
from sandbox.webropol import person
from sandbox.world import World
from tests.offices import Office

pytestmark = pytest.mark.stack


class OtherOffice(Office):
    """The second office of the sandbox."""

    def connect(self, **changes: object) -> None:
        entries = {**connections(self.endpoints, self.sheets), **changes}
        file = self._secrets / "connections.json"
        file.write_text(json.dumps(entries))
        file.chmod(0o600)

    def find_unequal(self) -> list[str]:
        """Find the lists that differ from the truth."""
        world = World(Home(self.home))
        with world.reading() as db:
            return [row.name for row in truth.compare(db, world.home) if not row.equal]


@pytest.fixture
def office(
    registry_env: dict[str, str], postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[OtherOffice]:
    """The second office, with a policy from its answers. Its lists are empty, and live from the beginning."""
    answered = tmp_path / "answered.yaml"
    assert CliRunner().invoke(cli, ["init", "--from", str(ANSWERS), "--out", str(answered)]).exit_code == 0
    rules = {"extends": str(answered), "sync": {"begins": "live", "removals": {"first_night": {"max": 1000}}}}
    file = tmp_path / "office.yaml"
    file.write_text(yaml.safe_dump(rules))
    monkeypatch.setenv("REGISTRY_POLICY", str(file))
    office = OtherOffice(Path(registry_env["REGISTRY_HOME"]), Path(registry_env["REGISTRY_SECRETS"]), registry_env)
    office.create("--office", "osterbotten", "--ura-database", postgres.ura_url)
    office.serve()
    (office.sheets / BY_SHEETS / "in").mkdir(parents=True)
    person.write_template(office.sheets / "mottagare.xlsx", "osterbotten")
    yield office
    office.stop()


def export(office: OtherOffice) -> None:
    time.sleep(0.01)  # newer than the import, by its file's time
    person.export_list(World(Home(office.home)), BY_SHEETS, office.sheets / BY_SHEETS / "in" / "lista.xlsx")


def make_equal(office: OtherOffice) -> None:
    """Make every list equal. A person imports and exports for the one that is kept by sheets."""
    on = date.fromisoformat(office.date)
    for target in policy().targets:
        for attempt in range(2 if target == BY_SHEETS else 1):
            if target == BY_SHEETS:
                export(office)
            plan = sync.make_plan(target, on, owner=f"sync {target}")
            assert plan.id is not None
            counts = sync.read_back(plan.id, sync.apply(plan.id), owner=f"sync {target}")
            sheets = sorted((office.sheets / target).glob("re*-*")) if target == BY_SHEETS else []
            for sheet in sheets:
                person.import_sheet(World(Home(office.home)), target, sheet, removals=sheet.name.startswith("removals"))
            if sheets:
                assert attempt == 0
                deliveries.mark_imported(target, by="viestijä")
        assert counts["verified"] == 1


def test_two_nights_equal_the_truth_and_every_way_in_brings_the_same(office: OtherOffice) -> None:
    for night in range(2):
        if night:
            office.advance()
        on = date.fromisoformat(office.date)
        unsubscribes.read_unsubscribes(on, owner="unsubscribes")
        flow.play(on, owner=f"night {on}", tell=lambda text: None)
        make_equal(office)
        assert office.find_unequal() == []
    proofs = []
    for way in ("sftp", "view"):
        extraction = Extraction("kundregister_personer", on, way)
        assert sum(len(judged) for judged in extraction) >= 0
        proofs.append(extraction.proof)
    assert proofs[0].complete
    assert proofs[1].complete
    assert proofs[0].valid == proofs[1].valid > 200
