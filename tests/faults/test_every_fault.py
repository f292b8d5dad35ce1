"""Each fault of the sandbox has its test, and each test its fault."""

from __future__ import annotations

import re

from sandbox.faults import load
from tests.conftest import ROOT

# Faults that last for several nights are played by a second test of their own.
LASTING = {"ura-away-for-five-nights", "kasvucrm-away-for-five-nights"}

# The test that plays the faults of a table.
TABLE = "a-night-with-the-fault-harms-nobody-and-the-next-one-is-whole"

# Nights after something that people did, and no fault of the world.
NO_FAULTS = {"test_every_fault.py", "test_restore.py", "test_rights_nights.py"}


def test_the_faults_and_their_tests_are_the_same() -> None:
    files = (ROOT / "tests" / "faults").glob("test_*.py")
    texts = [file.read_text() for file in files if file.name not in NO_FAULTS]
    own = {name.replace("_", "-") for text in texts for name in re.findall(r"^def test_(\w+)\(", text, re.MULTILINE)}
    in_tables = {name for text in texts for name in re.findall(r'^    "([a-z0-9-]+)": (?:"|None)', text, re.MULTILINE)}
    assert (own | in_tables) - LASTING - {TABLE} == set(load())
