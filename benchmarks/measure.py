"""One case in a process of its own: its seconds, its rows, and its peak memory above what its imports take.

    python -m benchmarks.measure CASE     prints one line of JSON

The peak is Linux's own (VmHWM), set back once everything is imported.
"""

from __future__ import annotations

import json
import re
import sys
import time
from pathlib import Path

from benchmarks.cases import CASES

STATUS = Path("/proc/self/status")
MB = 1024


def main() -> None:
    prepare = CASES[sys.argv[1]]
    work = prepare()  # imports and connects to nothing
    before = _forget_peak()
    began = time.perf_counter()
    rows = work()
    seconds = time.perf_counter() - began
    print(json.dumps({"rows": rows, "seconds": round(seconds, 3), "peak_mb": round((_kb("VmHWM") - before) / MB, 1)}))


def _forget_peak() -> int:
    """Set the peak back to what is held now, and give that, in kB."""
    Path("/proc/self/clear_refs").write_text("5")
    return _kb("VmRSS")


def _kb(name: str) -> int:
    found = re.search(rf"^{name}:\s+(\d+) kB", STATUS.read_text(), re.MULTILINE)
    assert found is not None  # noqa: S101  Linux writes it
    return int(found[1])


if __name__ == "__main__":
    main()
