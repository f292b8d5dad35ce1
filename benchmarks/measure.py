"""One case in a process of its own: its seconds, its rows, and its peak memory above what its imports take.

python -m benchmarks.measure CASE     prints one line of JSON
"""

from __future__ import annotations

import sys

from benchmarks.cases import CASES
from benchmarks.peers.timing import told

if __name__ == "__main__":
    told(CASES[sys.argv[1]])
