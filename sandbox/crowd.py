"""A world for benchmarks: business customers by the million, whom KasvuCRM alone knows, and nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from random import Random

from sandbox.addresses import make_company, spell
from sandbox.office import Office
from sandbox.population import CONTACT_SHARE, Batch
from sandbox.rows import ENTITIES, eligible_row

BATCH = 50_000


def crowd(rng: Random, office: Office, count: int, today: date) -> Iterator[Batch]:
    """`count` addresses that belong on a list, a row each, in batches that fit into memory."""
    for first in range(1, count + 1, BATCH):
        addresses = [make_company(rng, number) for number in range(first, min(first + BATCH, count + 1))]
        rows = [
            eligible_row(rng, office, ENTITIES[rng.random() < CONTACT_SHARE], spell(rng, address), address.id, today)
            for address in addresses
        ]
        yield Batch(addresses, rows)
