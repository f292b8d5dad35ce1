"""What a person reads of a DAG and its tasks in Airflow: names in Finnish and English, and whose it is, with a link."""

from __future__ import annotations

from typing import Any

from airflow.sdk.configuration import conf

# Owner -> the page that the owner looks at.
PAGES = {
    "Ylläpito · Engineers": "/quality-reports/",
    "Viestintä · Communications": "/bulletin-lists/",
    "Tietosuoja · Data protection": "/rights/",
}
ENGINEERS, COMMUNICATIONS, DATA_PROTECTION = PAGES
# DAG -> its owner and its name in both languages.
DAGS = {
    "nightly_registry": (ENGINEERS, "Yöajo · The night"),
    "sync_bulletin_lists": (COMMUNICATIONS, "Jakelulistojen päivitys · Sync of the bulletin lists"),
    "expire_addresses": (DATA_PROTECTION, "Vanhentuneiden osoitteiden poisto · Expiry of addresses"),
    "lists_by_hand": (COMMUNICATIONS, "Listat käsin · Lists by hand"),
    "pilot_list": (ENGINEERS, "Henkilöstön pilottilista · Pilot list of staff"),
    "rights_cases": (DATA_PROTECTION, "Rekisteröityjen pyynnöt · Rights cases"),
}
TASKS = {
    "alarm": "Hälytys · Alarm",
    "announce": "Ilmoita muutoksista · Announce changes",
    "apply": "Tee muutokset · Apply",
    "apply_approved": "Tee hyväksytyt · Apply what was approved",
    "approve": "Hyväksyntä · Approval",
    "check_candidates": "Tarkista ladattavat · Check the candidates",
    "check_staged": "Tarkista luetut · Check the staged rows",
    "clean_airflow": "Siivoa Airflow · Clean Airflow",
    "clear_history": "Poista vanhat tiedot · Clear the history",
    "close_night": "Päätä yö · Close the night",
    "confirm": "Varmista listoilta · Confirm on the lists",
    "delete": "Poista · Delete",
    "delete_approved": "Poista hyväksytyt · Delete what was approved",
    "do": "Tee valittu · Do what was chosen",
    "due": "Määräajat · Due days",
    "extract": "Lue · Extract",
    "is_onboarding": "Onko käyttöönottoa · Is a list onboarding",
    "load": "Lataa · Load",
    "open_night": "Aloita yö · Open the night",
    "pilot": "Pilotti · Pilot",
    "plan": "Suunnittele · Plan",
    "read_back": "Lue takaisin · Read back",
    "read_unsubscribes": "Lue perumiset · Read unsubscribes",
    "waits": "Odottaako jokin · Does anything wait",
}


def common(dag_id: str) -> dict[str, Any]:
    """The arguments of `@dag` that every DAG has: what a person reads of it, and that no missed run is made up for."""
    owner, name = DAGS[dag_id]
    return {
        "catchup": False,
        "dag_display_name": name,
        "default_args": {"owner": owner},
        "owner_links": {
            owner: conf.get("api", "base_url", fallback="http://localhost:8080").rstrip("/") + PAGES[owner]
        },
        "tags": ["registry"],
    }


def named(task: str, subject: str = "") -> dict[str, str]:
    """The id and the name of a task. `subject`: the source or the audience that it is for, where there are several."""
    task_id = f"{task}_{subject}" if subject else task
    return {"task_id": task_id, "task_display_name": TASKS[task] + (f": {subject}" if subject else "")}
