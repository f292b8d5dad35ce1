"""What a restored registry needs before it syncs a list: a night, and an export of a list that is kept by sheets."""

from __future__ import annotations

from email_registry.boundaries.database import transaction
from email_registry.deliveries import Delivery
from email_registry.errors import Held
from email_registry.settings import Target, policy


def require_load_since_restore(name: str, target: Target) -> None:
    """Held when a backup was restored and no night has loaded the target's audiences since."""
    # Only a night brings back the addresses that are newer than the backup. Until then they look unmanaged.
    whole = policy().sync.unmanaged == "remove"
    with transaction("list_sync") as database:
        rows = database.rows("runs/not_loaded_since_restore", audiences=list(target.audiences), whole=whole)
    if rows:
        names = ", ".join(row["audience"] for row in rows)
        raise Held(
            f"target {name}: a backup was restored, and no night has loaded {names} since; nothing was read. Run "
            "`./registry night` first",
            runbook="restore",
        )


def require_export_since_restore(name: str, delivery: Delivery) -> None:
    """Held when a list is kept by sheets and no export has shown it since a backup was restored."""
    with transaction("list_sync") as database:
        behind = database.one("deliveries/find_restored_export", target=name)["behind"]
    if behind and not delivery.can_read_list():
        raise Held(
            f"target {name}: a backup was restored, and which sheets were imported since is not known; nothing was "
            "made. Put an export of the list into its folder",
            runbook="restore",
        )
