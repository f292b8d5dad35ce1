"""The file delivery: sheets that a person imports at Webropol, and exports that show what is there.

Documented is that recipients are imported in the office's own exported template. How to get a list out again, and what
its heading is called there, is not: the headings stand in the policy.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Self

from email_registry.boundaries.database import Database, transaction
from email_registry.deliveries import sheet_batches
from email_registry.deliveries.exports import read_export, spelling
from email_registry.deliveries.interface import Errand, Members, Outcome
from email_registry.deliveries.manifest import Manifest, SheetFile, write_manifest
from email_registry.privacy import AddressColumn
from email_registry.settings import Target, utc_now
from email_registry.spreadsheets.writing import SheetWriter, Template

ROW = "row"  # the ids of an export's rows begin so; those of believed members by another letter


class FileDelivery:
    """One target's sheets. `members` reads the newest export, where it is newer than the last read and import."""

    reads_back = False

    def __init__(self, name: str, target: Target) -> None:
        assert target.sheet is not None  # noqa: S101  the policy holds it to one
        self._name, self._target, self._sheet = name, target, target.sheet
        self._folder = sheet_batches.folder(name)
        self._export = self._newest_export()
        self._writers: dict[str, SheetWriter] = {}
        self._template: Template | None = None
        self._removals: dict[str, str | None] = {}  # member id -> the canonical address
        self._stack, self._delivery_id = ExitStack(), 0

    def sees(self) -> bool:
        return self._export is not None

    def members(self) -> Iterator[Members]:
        assert self._export is not None  # noqa: S101  asked by `sees`
        yield from read_export(self._export, self._sheet.email)

    def was_read(self, database: Database, run_id: int) -> None:
        """In the transaction that believes it: the same file is not a second read."""
        if self._export is not None:
            taken_at = sheet_batches.taken_at(self._export)
            database.execute("deliveries/note_export", target=self._name, taken_at=taken_at, run_id=run_id)

    @contextmanager
    def carrying_out(self, errand: Errand) -> Iterator[Self]:
        """The sheets appear when all of the plan is in them, and take the place of those before them."""
        self._delivery_id = sheet_batches.begin(self._name, errand)
        self._export = self._read_for(errand)
        with self._stack:
            yield self
            self._write_removals()
        sheets = tuple(SheetFile(name, writer.rows, writer.digest) for name, writer in self._writers.items())
        if sheets:
            self._write_manifest(errand, sheets)
        kept = {sheet.name: {"rows": sheet.rows, "sha256": sheet.sha256} for sheet in sheets}
        sheet_batches.finish(self._name, self._delivery_id, kept)

    def add(self, emails: AddressColumn) -> Sequence[Outcome]:
        """What cannot stand in a sheet unchanged and harmlessly is refused."""
        left_out = set(self._writer("recipients").add([email or "" for email in emails.reveal()]))
        return ["refused" if place in left_out else "done" for place in range(len(emails))]

    def remove(self, member_ids: Sequence[str], emails: AddressColumn) -> None:
        self._removals.update(zip(member_ids, emails.reveal(), strict=True))

    def _write_removals(self) -> None:
        """As the list spells them, where an export says so: it is read once for all, which takes seconds a million."""
        rows = {member for member in self._removals if member.startswith(ROW)} if self._export is not None else set()
        spelled = spelling(self._export, self._sheet.email, rows) if rows and self._export is not None else {}
        texts = (spelled.get(member, email) for member, email in self._removals.items())
        if self._removals:
            self._writer("removals").add(text for text in texts if text)

    def _writer(self, kind: str) -> SheetWriter:
        template = self._template or Template.read(self._folder.parent / self._sheet.template, self._sheet.email)
        self._template, name = template, f"{kind}-{self._delivery_id}{template.suffix}"
        if name not in self._writers:
            writer = SheetWriter(template, self._folder / name, self._sheet.fixed)
            self._writers[name] = self._stack.enter_context(writer)
        return self._writers[name]

    def _newest_export(self) -> Path | None:
        with transaction("list_sync") as database:
            last = database.one("deliveries/last_export", target=self._name)
        newest = next(iter(sheet_batches.exports(self._name)), None)
        if newest is None:
            return None
        at = sheet_batches.taken_at(newest)
        return newest if all(when is None or at > when for when in (last["read"], last["imported"])) else None

    def _read_for(self, errand: Errand) -> Path | None:
        """The export that the plan was made from, while it lies there: a removal is spelled as the list spells it."""
        with transaction("list_sync") as database:
            last = database.one("deliveries/last_export", target=self._name)
        for path in sheet_batches.exports(self._name):
            if last["run_id"] == errand.run_id and sheet_batches.taken_at(path) == last["read"]:
                return path
        return None

    def _write_manifest(self, errand: Errand, sheets: tuple[SheetFile, ...]) -> None:
        manifest = Manifest(
            list_name=self._target.name.fi, target=self._name, delivery_id=self._delivery_id, run_id=errand.run_id,
            made_at=utc_now(), complete=errand.complete, files=sheets,
        )  # fmt: skip
        write_manifest(self._folder / f"manifest-{self._delivery_id}.json", manifest)
