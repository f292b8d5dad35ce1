"""A registry that was restored catches up before it syncs a list: by a night, and by an export of what sheets keep."""

from __future__ import annotations

from email_registry.boundaries.database import transaction
from email_registry.deliveries import Delivery
from email_registry.errors import Held
from email_registry.settings import Target, policy


def hold_loaded(name: str, target: Target) -> None:
    """Held where a backup was restored and no night has loaded the target's audiences since."""
    # Who is new since the backup is known again by a night alone, and until then nobody here listed them.
    whole = policy().sync.foreign == "remove"
    with transaction("list_sync") as database:
        rows = database.rows("runs/not_loaded_since_restore", audiences=list(target.audiences), whole=whole)
    if rows:
        names = ", ".join(row["audience"] for row in rows)
        raise Held(
            f"target {name}: a backup was restored, and no night has loaded {names} since; nothing was read. Run "
            "`./registry night` first",
            runbook="restore",
        )


def hold_shown(name: str, delivery: Delivery) -> None:
    """Held where a list is kept by sheets and no export has shown it since a backup was restored."""
    with transaction("list_sync") as database:
        behind = database.one("deliveries/find_restored_export", target=name)["behind"]
    if behind and not delivery.can_read_list():
        raise Held(
            f"target {name}: a backup was restored, and which sheets were imported since is not known; nothing was "
            "made. Put an export of the list into its folder",
            runbook="restore",
        )
