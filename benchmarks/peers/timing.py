"""A piece of work's seconds, and its peak memory above what its imports take: Linux's own (VmHWM), set back before."""

from __future__ import annotations

import importlib
import json
import re
import time
from collections.abc import Callable
from pathlib import Path

STATUS = Path("/proc/self/status")
MB = 1024

Work = Callable[[], int]


def imported(*names: str) -> None:
    """Import what others import late: an import is nobody's work."""
    for name in names:
        importlib.import_module(name)


def measured(work: Work) -> dict[str, float]:
    """Do it: rows, seconds and peak_mb."""
    before = _forget_peak()
    began = time.perf_counter()
    rows = work()
    seconds = time.perf_counter() - began
    return {"rows": rows, "seconds": round(seconds, 3), "peak_mb": round((_kb("VmHWM") - before) / MB, 1)}


def told(prepare: Callable[[], Work]) -> None:
    """Import (not measured), work, and print one line of JSON."""
    print(json.dumps(measured(prepare())))


def _forget_peak() -> int:
    """Set the peak back to what is held now, and give that, in kB."""
    Path("/proc/self/clear_refs").write_text("5")
    return _kb("VmRSS")


def _kb(name: str) -> int:
    found = re.search(rf"^{name}:\s+(\d+) kB", STATUS.read_text(), re.MULTILINE)
    assert found is not None  # noqa: S101  Linux writes it
    return int(found[1])
