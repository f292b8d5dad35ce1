"""What Airflow executes under plugins/: every `.py` it finds, under its bare name, replacing whoever has that name."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from local.commands import base_environment
from local.world_paths import ROOT

pytestmark = pytest.mark.stack

LOOK = """
import json, sys
from pathlib import Path
import airflow.plugins_manager as manager
from airflow._shared.module_loading import find_path_from_directory

before = {name: id(module) for name, module in sys.modules.items()}
plugins, errors = manager._get_plugins()
print(json.dumps({
    "executed": sorted(
        str(Path(path).relative_to(sys.argv[1]))
        for path in find_path_from_directory(sys.argv[1], ".airflowignore", "glob")
        if path.endswith(".py")
    ),
    "plugins": sorted(plugin.name for plugin in plugins if str(plugin.source).startswith("$PLUGINS_FOLDER")),
    "errors": errors,
    "replaced": [name for name, was in before.items() if id(sys.modules.get(name)) != was],
    "pages": "registry_airflow.quality_reports" in sys.modules,
    "great_expectations": "great_expectations" in sys.modules,
}))
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """What Airflow's own finder and loader make of our folder, in a process of its own."""
    environment = base_environment() | {
        "AIRFLOW_HOME": str(tmp_path_factory.mktemp("airflow")),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(ROOT / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    }
    done = subprocess.run(
        [sys.executable, "-c", LOOK, str(ROOT / "plugins")],
        env=environment, capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    answer: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return answer


def test_airflow_executes_nothing_but_the_entry_point(found: dict[str, object]) -> None:
    assert found["executed"] == ["airflow_plugins.py"]


def test_the_plugin_loads_and_replaces_no_module(found: dict[str, object]) -> None:
    assert found["plugins"] == ["registry"]
    assert found["errors"] == {}
    assert found["replaced"] == []


def test_a_task_that_loads_the_plugins_imports_neither_pages_nor_great_expectations(found: dict[str, object]) -> None:
    assert found["pages"] is False
    assert found["great_expectations"] is False


def test_without_the_ignore_file_airflow_would_execute_the_domain(tmp_path: Path) -> None:
    """The guard above is worth something only while the finder would find more."""
    (tmp_path / "email_registry").mkdir()
    (tmp_path / "email_registry" / "errors.py").write_text("", encoding="utf-8")
    look = (
        "import sys; from airflow._shared.module_loading import find_path_from_directory as find;"
        "print(*find(sys.argv[1], '.airflowignore', 'glob'))"
    )
    command = [sys.executable, "-c", look, str(tmp_path)]
    assert "errors.py" in subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout
    (tmp_path / ".airflowignore").write_bytes((ROOT / "plugins" / ".airflowignore").read_bytes())
    assert "errors.py" not in subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout
