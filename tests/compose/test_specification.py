"""docker-compose.yaml is of the Compose specification, and gives away neither root, ports nor ways out."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from local.cluster_files import QUIET
from tests.compose.composition import FILE, ROOT, VARIABLE, composition, sandbox_variables, services

ONE_SHOT = "init"


def validated(file: Path) -> subprocess.CompletedProcess[str]:
    """The specification's JSON schema, as check-jsonschema carries it: no network is asked."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(file)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def test_the_file_is_of_the_specification() -> None:
    result = validated(FILE)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("right", "wrong"), [("    networks: [database]", "    network: [database]"), ("    user: ", "    usr: ")]
)
def test_a_misspelt_key_is_refused(tmp_path: Path, right: str, wrong: str) -> None:
    text = FILE.read_text()
    assert right in text
    broken = tmp_path / "docker-compose.yaml"
    broken.write_text(text.replace(right, wrong, 1))
    assert validated(broken).returncode == 1


@pytest.mark.promise("protected")
def test_nobody_is_root_and_nobody_can_become_it() -> None:
    for name, service in services().items():
        user = service["user"].split(":")
        assert all(part.isdigit() and int(part) > 0 for part in user), name
        assert service["cap_drop"] == ["ALL"], name
        assert "no-new-privileges:true" in service["security_opt"], name
        assert not {"privileged", "cap_add", "devices", "pid", "ipc"} & service.keys(), name


@pytest.mark.promise("protected")
def test_one_service_is_published_and_only_on_loopback() -> None:
    published = {name: service["ports"] for name, service in services().items() if "ports" in service}
    assert list(published) == ["api-server"]
    assert all(port.startswith("127.0.0.1:") for port in published["api-server"])
    modes = {name: service["network_mode"] for name, service in services().items() if "network_mode" in service}
    assert modes == {"sandbox": "service:scheduler"}


@pytest.mark.promise("protected")
def test_the_database_is_reached_from_inside_only() -> None:
    networks = composition()["networks"]
    assert networks["database"] == {"internal": True}
    assert services()["postgres"]["networks"] == ["database"]
    ways_out = {
        name for name, service in services().items() for net in service.get("networks", ()) if not networks[net]
    }
    assert ways_out == {"scheduler", "api-server"}


def test_every_lasting_service_says_whether_it_is_healthy() -> None:
    for name, service in services().items():
        if name == ONE_SHOT:
            assert service["restart"] == "no"
            assert "healthcheck" not in service
        else:
            assert service["healthcheck"]["test"][0] == "CMD", name


def test_services_wait_for_what_they_need() -> None:
    for name, service in services().items():
        for needed, how in service.get("depends_on", {}).items():
            finished = how["condition"] == "service_completed_successfully"
            assert finished == (needed == ONE_SHOT), f"{name} waits for {needed}"
        if name not in ("postgres", ONE_SHOT, "sandbox"):
            assert ONE_SHOT in service["depends_on"], name


def test_every_folder_and_file_of_the_machine_is_there() -> None:
    volumes = composition()["volumes"]
    for name, service in services().items():
        for mount in service.get("volumes", ()):
            source = mount.split(":")[0]
            if source.startswith("."):
                assert (ROOT / source).is_file(), f"{name}: {source}"
                assert mount.endswith(":ro"), f"{name}: {mount}"
            else:
                assert source in volumes, f"{name}: {source}"


def test_postgresql_writes_no_values_into_its_log() -> None:
    """The same settings as the embedded server's, but for the collector: a container's log is its stderr anyway."""
    settings = dict(part.removeprefix("--").split("=", 1) for part in services()["postgres"]["command"][1:])
    quiet = {key: value for key, value in QUIET.items() if key != "logging_collector"}
    assert {key: settings.get(key) for key in quiet} == quiet


def test_the_sandbox_is_a_profile_and_its_variables_are_used() -> None:
    with_profile = {name for name, service in services().items() if service.get("profiles")}
    assert with_profile == {"sandbox"}
    variables = sandbox_variables()
    assert variables.pop("COMPOSE_PROFILES") == "sandbox"
    assert variables.keys() <= {match[1] for match in VARIABLE.finditer(FILE.read_text())}
    scheduler = composition(variables)["services"]["scheduler"]
    mounted = {mount.split(":")[1] for mount in scheduler["volumes"]}
    assert scheduler["environment"]["REGISTRY_SECRETS"] in mounted
    policy = scheduler["environment"]["REGISTRY_POLICY"].removeprefix("/opt/registry/")
    assert (ROOT / policy).is_file()
