"""Changes that follow no stored plan: the pilot's, and closing's. The caller reads the list before and after them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from email_registry import runs
from email_registry.deliveries.interface import Delivery, Execution
from email_registry.privacy import AddressColumn
from email_registry.settings import policy


def change_list(
    delivery: Delivery, execution: Execution, *, remove: Mapping[str, str] | None = None, add: Sequence[str] = ()
) -> None:
    """Ask for removals (member id -> canonical address), then for additions, batch after batch.

    A delivery that needs a person makes sheets of them, in the place of the sheets before them. OutcomeUnknown where an
    answer did not come: the rest is not asked for.
    """
    size = policy().sync.batch_size
    with delivery.executing(execution):
        removals = list((remove or {}).items())
        for start in range(0, len(removals), size):
            batch = removals[start : start + size]
            delivery.remove([member_id for member_id, _ in batch], AddressColumn(email for _, email in batch))
            runs.heartbeat("list_sync", execution.run_id)
        for start in range(0, len(add), size):
            delivery.add(AddressColumn(add[start : start + size]))
            runs.heartbeat("list_sync", execution.run_id)
