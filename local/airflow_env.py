"""Airflow's settings for one machine, as environment variables. Option names checked against Airflow 3.3.2."""

from __future__ import annotations

import base64
import json
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path

from local.cluster_files import LOOPBACK, private_folder, write_private
from local.errors import LocalError
from local.world_paths import ROOT, Paths

FAB = "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager"
LOCAL_FILES = "airflow.secrets.local_filesystem.LocalFilesystemBackend"


@dataclass(frozen=True)
class AirflowSecrets:
    """Generated once for a world. `admin_password` is for the user `admin` of `make up`."""

    fernet_key: str = field(repr=False)
    secret_key: str = field(repr=False)
    jwt_secret: str = field(repr=False)
    admin_password: str = field(repr=False)


def airflow_secrets(folder: Path) -> AirflowSecrets:
    """Return the secrets of secrets/airflow.json, which is made on first use. LocalError when it cannot be read."""
    path = folder / "airflow.json"
    try:
        return AirflowSecrets(**json.loads(path.read_text()))
    except FileNotFoundError:
        pass
    except (OSError, ValueError, TypeError):
        raise LocalError(f"{path} cannot be read: put it back, or `make clean` to begin anew") from None
    made = AirflowSecrets(
        fernet_key=base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        secret_key=secrets.token_urlsafe(32),
        jwt_secret=secrets.token_urlsafe(64),
        admin_password=secrets.token_urlsafe(15),
    )
    private_folder(folder)
    write_private(path, json.dumps(asdict(made), indent=2) + "\n")
    return made


def airflow_environment(paths: Paths, database_url: str, port: int = 8080) -> dict[str, str]:
    """Return every variable that Airflow reads.

    The pages and the execution API listen on `port` of the loopback interface.
    """
    made = airflow_secrets(paths.secrets)
    address = f"http://{LOOPBACK}:{port}"
    options: dict[str, dict[str, object]] = {
        "core": {
            "dags_folder": ROOT / "dags",
            "plugins_folder": ROOT / "plugins",
            "load_examples": False,
            "executor": "LocalExecutor",
            "parallelism": 4,  # two cores
            "auth_manager": FAB,
            "default_timezone": "Europe/Helsinki",
            "dags_are_paused_at_creation": False,
            "fernet_key": made.fernet_key,
            "execution_api_server_url": f"{address}/execution/",
        },
        "database": {
            "sql_alchemy_conn": database_url,
            "sql_alchemy_conn_async": "",  # asyncpg is not installed: only the API's `…/wait` would use it
            "sql_alchemy_engine_args": json.dumps({"hide_parameters": True}),
        },
        "logging": {
            "base_log_folder": paths.airflow / "logs",
            "dag_processor_child_process_log_directory": paths.airflow / "logs" / "dag_processor",
            "file_task_handler_new_folder_permissions": "0o700",
            "file_task_handler_new_file_permissions": "0o600",
            "colored_console_log": False,
        },
        "secrets": {
            "backend": LOCAL_FILES,
            "backend_kwargs": json.dumps({"connections_file_path": str(paths.connections)}),
        },
        "api": {
            "host": LOOPBACK,
            "port": port,
            "base_url": address,
            "secret_key": made.secret_key,
            "workers": 1,
            "expose_config": False,
        },
        "api_auth": {"jwt_secret": made.jwt_secret},
        # The first call of the execution API takes about 10 s.
        "workers": {"execution_api_timeout": 60},
        # A six-task run takes 3 to 5 s so, and 8 to 14 s with the default of 1 s.
        "scheduler": {"scheduler_idle_sleep_time": 0.1, "enable_health_check": False},
        "dag_processor": {
            "refresh_interval": 10,
            "min_file_process_interval": 10,
            "parsing_processes": 1,
            "disable_bundle_versioning": True,
        },
    }
    environment = {
        f"AIRFLOW__{section.upper()}__{option.upper()}": str(value)
        for section, values in options.items()
        for option, value in values.items()
    }
    return environment | {
        "AIRFLOW_HOME": str(paths.airflow),
        "REGISTRY_AIRFLOW_URL": database_url,  # for the task that ends old rows: Airflow takes the other one from tasks
        "GX_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "MALLOC_ARENA_MAX": "1",  # as in ./registry
    }
