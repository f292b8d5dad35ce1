"""The image: what it copies is there and let through, it ends as nobody special, and installs by hashes."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from tests.compose.composition import ROOT, services

DOCKERFILE = (ROOT / "docker" / "Dockerfile").read_text()
LET_THROUGH = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}


def copied() -> list[str]:
    """What the Dockerfile copies from the repository."""
    lines = re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, flags=re.MULTILINE)
    return [source for line in lines for source in line.split()[:-1]]


def test_what_is_copied_is_there_and_not_ignored() -> None:
    for source in copied():
        assert (ROOT / source).exists(), source
        above = {source, *(str(parent) for parent in PurePosixPath(source).parents)}
        assert above & LET_THROUGH, f"{source} is ignored by .dockerignore"


def test_nothing_is_let_through_that_is_not_copied() -> None:
    assert (ROOT / ".dockerignore").read_text().splitlines()[1] == "*"
    assert set(copied()) - {"local/bootstrap.py"} == LET_THROUGH


def test_its_last_user_is_the_services_and_not_root() -> None:
    users = re.findall(r"^USER (.+)$", DOCKERFILE, flags=re.MULTILINE)
    assert users
    assert not users[-1].startswith(("0", "root"))
    assert {service["user"] for service in services().values() if "build" in service} == {users[-1]}


def test_folders_of_volumes_are_made_for_that_user() -> None:
    made = re.search(r"for folder in ([^;]+);", DOCKERFILE)
    assert made
    folders = {f"/var/lib/{folder}" for folder in made[1].replace("\\", " ").split()}
    for name, service in services().items():
        if "build" in service:
            mounted = {mount.split(":")[1] for mount in service.get("volumes", ())}
            assert mounted <= folders, name


def test_packages_come_from_the_lock_by_the_same_program_as_make_setup() -> None:
    assert "python -I local/bootstrap.py" in DOCKERFILE
    assert '"--require-hashes"' in (ROOT / "local" / "bootstrap.py").read_text()
    assert not re.search(r"^RUN .*pip install", DOCKERFILE, flags=re.MULTILINE)


def test_no_secret_is_in_the_image() -> None:
    assert not re.search(r"^(ENV|ARG).*(PASSWORD|SECRET|KEY|TOKEN)", DOCKERFILE, flags=re.MULTILINE)
    assert not re.search(r"PASSWORD|SECRET|TOKEN", " ".join(re.findall(r"^\s+([A-Z_]+)=", DOCKERFILE, re.MULTILINE)))
