"""The list contract as a file, for those who build the other end of it."""

from __future__ import annotations

import json
from pathlib import Path

CONTRACT_FILE = Path(__file__).with_name("webropol_lists.openapi.json")


def write() -> Path:
    """Write the contract to its file."""
    CONTRACT_FILE.write_text(_text(), encoding="utf-8")
    return CONTRACT_FILE


def is_current() -> bool:
    """Whether the file says what the sandbox serves."""
    return CONTRACT_FILE.is_file() and CONTRACT_FILE.read_text(encoding="utf-8") == _text()


def _text() -> str:
    from sandbox.webropol.api import contract

    return json.dumps(contract(), indent=2, ensure_ascii=False) + "\n"
