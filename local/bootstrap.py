"""Make .venv equal to requirements.txt, with hashes checked and bytecode compiled. It needs only the standard library.

setup.sh runs it under a Python that fits. A stamp is written last, so that the next call takes milliseconds. If the
work was interrupted before the stamp, the next call finishes it or makes the environment anew.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
AMBIENT = ("VIRTUAL_ENV", "PYTHONHOME", "PYTHONPATH", "PIP_TARGET", "PIP_PREFIX", "PIP_USER")  # would install elsewhere
RUNNING = ".".join(str(part) for part in sys.version_info[:3])


class SetupError(Exception):
    """One line for a person."""


def say(text: str) -> None:
    print(f"setup: {text}", flush=True)


def locked_uv(lock: Path) -> str:
    """The lines of the lock that pin uv and its hashes. SetupError where the lock has none."""
    try:
        text = lock.read_text(encoding="utf-8")
    except OSError as error:
        raise SetupError(f"{lock} cannot be read ({error.strerror})") from None
    pinned = re.search(r"^uv==\S.*?(?=^\S|\Z)", text, flags=re.MULTILINE | re.DOTALL)
    if pinned is None or "--hash=" not in pinned.group():
        raise SetupError(f"{lock} pins no uv with hashes: run `make lock`")
    return pinned.group()


class Environment:
    """One .venv, and what its stamp says."""

    def __init__(self, root: Path) -> None:
        self.lock = root / "requirements.txt"
        self.folder = root / ".venv"
        self.python = self.folder / "bin" / "python"
        self.stamp = self.folder / "setup.stamp"

    def version(self) -> str | None:
        """Return `3.11.7`, or None when it has no Python that starts."""
        command = [str(self.python), "-I", "-c", "import sys, pip; print('%d.%d.%d' % sys.version_info[:3])"]
        try:
            answer = subprocess.run(command, capture_output=True, text=True, timeout=60)
        except (OSError, subprocess.TimeoutExpired):
            return None
        return answer.stdout.strip() if answer.returncode == 0 else None

    def expected_stamp(self, version: str) -> str:
        """Scripts in .venv/bin name its folder, so a moved repository is set up again."""
        digest = hashlib.sha256(self.lock.read_bytes()).hexdigest()
        return f"lock {digest}\npython {version}\nfolder {self.folder}\n"

    def is_ready(self, version: str | None) -> bool:
        try:
            return version is not None and self.stamp.read_text() == self.expected_stamp(version)
        except OSError:
            return False

    def write_stamp(self, version: str) -> None:
        beside = self.stamp.with_suffix(".new")
        beside.write_text(self.expected_stamp(version))
        beside.replace(self.stamp)

    def create(self) -> str:
        """Make an empty .venv with the Python that runs this. Returns its version."""
        say(f"making .venv with Python {RUNNING}")
        shutil.rmtree(self.folder, ignore_errors=True)
        run([sys.executable, "-I", "-m", "venv", str(self.folder)], "the virtual environment cannot be made")
        version = self.version()
        if version is None:
            raise SetupError(f"{self.python} does not start: is {self.folder} on a disk mounted noexec?")
        return version

    def install(self) -> None:
        """Install uv, and then let uv install exactly what the lock says."""
        count = len(re.findall(r"^\S+==", self.lock.read_text(encoding="utf-8"), flags=re.MULTILINE))
        pinned = self.folder / "uv.txt"
        pinned.write_text(locked_uv(self.lock))
        # Options that the machine's pip.conf may carry (an index, a proxy) are kept; uv reads its own.
        pip = [str(self.python), "-m", "pip", "--quiet", "--disable-pip-version-check", "--no-input"]
        run([*pip, "install", "--no-deps", "--require-hashes", "-r", str(pinned)], "uv cannot be installed")
        say(f"installing {count} packages (the first time on a machine downloads them)")
        uv = [str(self.python), "-m", "uv", "--quiet", "pip", "sync", "--python", str(self.python)]
        run([*uv, "--require-hashes", "--compile-bytecode", str(self.lock)], "the packages cannot be installed")


def run(command: list[str], wrong: str) -> None:
    """Run a program to its end and print a sign of life every half minute. SetupError has the program's last error."""
    environment = {key: value for key, value in os.environ.items() if key not in AMBIENT}
    began = time.monotonic()
    process = subprocess.Popen(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    while True:
        try:
            output, _ = process.communicate(timeout=30)
            break
        except subprocess.TimeoutExpired:
            say(f"still working ({time.monotonic() - began:.0f} s)")
        except BaseException:
            process.kill()
            raise
    if process.returncode != 0:
        raise SetupError(f"{wrong}: {reason(output)}; then try again")


def reason(output: str) -> str:
    """Return what went wrong from the output of a program: the first error with its causes, or else the last line."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line[len("error:") :].strip() for line in lines if line.lower().startswith("error:")][:1]
    causes = [line[len("cause:") :].strip() for line in lines if line.lower().startswith("cause:")]
    return ": ".join(errors + causes or lines[-1:] or ["no word of why"])[:300]


def set_up(root: Path, *, chosen: bool) -> None:
    """Do what is missing. With `chosen`, an environment of another Python than this one is replaced.

    Without a stamp the last try did not end. Packages may lack files that no installer would notice, so the
    environment is made anew. With the stamp of another lock, only the differences are installed.
    """
    environment = Environment(root)
    locked_uv(environment.lock)
    began = time.monotonic()
    version = environment.version()
    if environment.is_ready(version) and not (chosen and version != RUNNING):
        return
    if version is None or not environment.stamp.exists() or (chosen and version != RUNNING):
        version = environment.create()
    environment.stamp.unlink(missing_ok=True)
    environment.install()
    environment.write_stamp(version)
    say(f"done in {time.monotonic() - began:.0f} s")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, default=ROOT, help="the folder of requirements.txt and .venv")
    parser.add_argument("--chosen", action="store_true", help="this Python was asked for by name")
    options = parser.parse_args()
    try:
        with Path(__file__).open() as mutex:  # two `make` at a time: the second waits, then finds all done
            fcntl.flock(mutex, fcntl.LOCK_EX)
            set_up(options.root.resolve(), chosen=options.chosen)
    except SetupError as error:
        print(f"setup: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("setup: interrupted; the next try goes on from here", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
