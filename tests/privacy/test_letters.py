"""What a person is told in the answer to a request, in both languages: by the command, as an officer gives it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from click.testing import CliRunner

from email_registry import suppression
from email_registry.boundaries.database import transaction
from email_registry.cli.main import cli
from email_registry.settings import policy
from email_registry.suppression import Reason
from tests.rights.persons import TODAY

AINO = "aino.virtanen@sandbox-posti.fi"
SUPPRESSED = {"fi": "avaimellisena tiivisteenä", "en": "keyed hash"}


@pytest.mark.promise("controller", "inspection", "correction", "complaint", "law", "suppressions")
@pytest.mark.parametrize("language", ["fi", "en"])
def test_a_letter_names_the_controller_the_basis_self_service_the_authority_and_suppressions(
    registry_env: dict[str, str], language: str
) -> None:
    with transaction("rights") as database:
        suppression.record(database, [AINO], "all", Reason.OBJECTION, TODAY - timedelta(days=9))
    asked = ["rights", "access", "--case", "2026/1", "--identity", "passport", "--language", language, "--letter", "-"]
    answered = CliRunner().invoke(cli, [*asked, "--date", TODAY.isoformat()], input=AINO + "\n")
    assert answered.exit_code == 0, answered.stderr
    rules = policy()
    told = (rules.office.controller, rules.office.legal_basis, rules.rights.self_service, rules.rights.authority)
    letter = " ".join(answered.stdout.split())
    for one in told:
        assert getattr(one, language) in letter
    assert SUPPRESSED[language] in letter
    assert str(rules.retention.suppressions_days) in letter or "2029" in letter
