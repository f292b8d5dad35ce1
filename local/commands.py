"""Run the project's other programs, either to their end or in the background."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import psutil

from local.errors import LocalError
from local.world_paths import ROOT

STOP_SECONDS = 15
_started: list[subprocess.Popen[bytes]] = []  # kept: a Popen that is collected complains of its running child


def base_environment() -> dict[str, str]:
    """Return this process's variables without those that would mislead a child, such as Airflow's settings."""
    kept = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith("AIRFLOW") and key not in ("PYTHONPATH", "PYTHONHOME", "PYTHONWARNINGS")
    }
    # Everything is on loopback; a proxy of the machine would be asked for it otherwise.
    direct = ",".join(filter(None, [kept.get("NO_PROXY") or kept.get("no_proxy"), "127.0.0.1,localhost"]))
    return kept | {"NO_PROXY": direct, "no_proxy": direct, "PYTHONPATH": str(ROOT / "plugins")}


def run_module(
    arguments: Sequence[str], environment: Mapping[str, str], *, good: Sequence[int] = (0,), timeout: float = 600
) -> str:
    """Run `python -m …` to its end and return its stdout. LocalError has the last line of its stderr."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", *arguments],
            cwd=ROOT,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            umask=0o077,
            timeout=timeout,
        )
    except subprocess.TimeoutExpired:
        late = f"`{_shown(arguments)}` did not end within {timeout:.0f} s"
    else:
        if done.returncode in good:
            return done.stdout
        complaint = [line for line in done.stderr.splitlines() if line.strip()][-1:]
        late = complaint[0].strip() if complaint else f"`{_shown(arguments)}` ended with {done.returncode}"
    raise LocalError(late)


def start_module(arguments: Sequence[str], environment: Mapping[str, str], log: Path) -> int:
    """Start `python -m …` in the background, where Ctrl-C does not reach it, with its output in `log`.

    Returns its pid.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("a") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *arguments],
            cwd=ROOT,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            umask=0o077,
            start_new_session=True,
        )
    log.chmod(0o600)
    _started.append(process)
    _wait_named(process)
    return process.pid


def last_line(log: Path) -> str:
    """Return the last line of a program's log, for an error message that also names the log. It may be empty."""
    lines = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.strip()]
    return lines[-1] if lines else ""


def _wait_named(process: subprocess.Popen[bytes]) -> None:
    """Popen returns when exec has closed its pipe, a moment before the kernel knows the command line.

    Seen on Linux 6.18 in 3 of 339 starts: `find` read an empty line and took the process for a stranger.
    """
    with contextlib.suppress(psutil.Error):
        while process.poll() is None and not psutil.Process(process.pid).cmdline():
            time.sleep(0.001)


def find(pid: int | None, word: str) -> psutil.Process | None:
    """Return the living process of that number, if its command line still contains `word`."""
    if pid is None:
        return None
    try:
        process = psutil.Process(pid)
        alive = process.status() != psutil.STATUS_ZOMBIE and word in " ".join(process.cmdline())
    except psutil.Error:
        return None
    return process if alive else None


def stop_tree(processes: Sequence[psutil.Process]) -> None:
    """Send SIGTERM to each process and all that it started, and SIGKILL to those that live after a while."""
    tree: dict[int, psutil.Process] = {}
    for process in processes:
        try:
            tree |= {child.pid: child for child in [process, *process.children(recursive=True)]}
        except psutil.NoSuchProcess:
            continue
    for member in tree.values():
        _signal(member, kill=False)
    _, left = psutil.wait_procs(list(tree.values()), timeout=STOP_SECONDS)
    for member in left:
        _signal(member, kill=True)
    psutil.wait_procs(left, timeout=STOP_SECONDS)
    for started in _started:
        started.poll()  # psutil has waited for it: Popen would complain at exit of a child it believes running


def _signal(process: psutil.Process, *, kill: bool) -> None:
    try:
        process.kill() if kill else process.terminate()
    except psutil.NoSuchProcess:
        return


def _shown(arguments: Sequence[str]) -> str:
    return "python -m " + " ".join(arguments[:2])  # never a URL with its password
