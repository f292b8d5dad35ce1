"""The sheet delivery: sheets that a person imports at Webropol, and exports that show what is on the list.

Webropol documents that recipients are imported in the office's own exported template. It does not document how to get a
list out again, nor what its heading is called in an export: the headings stand in the policy.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Self

from email_registry.boundaries.database import Database, transaction
from email_registry.deliveries import sheet_batches, sheet_folder
from email_registry.deliveries.exports import read_export, read_spellings
from email_registry.deliveries.interface import Capabilities, Execution, Members
from email_registry.deliveries.manifest import Manifest, SheetFile, write_manifest
from email_registry.plans import Outcome
from email_registry.privacy import AddressColumn
from email_registry.settings import Pilot, Target, policy, utc_now
from email_registry.spreadsheets import SheetWriter, Template

EXPORT_ROW = "row"  # the ids of an export's rows begin so; the ids of members that we only believe in begin otherwise


class SheetDelivery:
    """The sheets of one target, or of the pilot. Their columns are those of the office's template and of `sheet.fixed`.

    `members` reads the newest export, where that is newer than the last read and the last import.
    """

    # A sheet of removals names an address, so that every copy of it goes.
    capabilities = Capabilities(acts_at_once=False, needs_person=True, removes_duplicates=False)

    def __init__(self, name: str, target: Target | Pilot) -> None:
        assert target.sheet is not None  # noqa: S101  the policy requires it of a list that is kept by sheets
        self._name, self._sheet = name, target.sheet
        self._folder = sheet_folder.folder_of(name)
        self._export = self._newest_export()
        self._writers: dict[str, SheetWriter] = {}
        self._template: Template | None = None
        self._removals: dict[str, str | None] = {}  # member id -> the canonical address
        self._stack, self._label = ExitStack(), ""

    def require_one_name(self) -> None:
        """A folder shows nothing of the other lists at Webropol."""
        return

    def can_read_list(self) -> bool:
        return self._export is not None

    def members(self) -> Iterator[Members]:
        assert self._export is not None  # noqa: S101  the caller has asked `can_read_list`
        yield from read_export(self._export, self._sheet.email)

    def note_read(self, database: Database, run_id: int) -> None:
        """Note which export was read: the same file is not a second read."""
        if self._export is not None:
            taken_at = sheet_folder.taken_at(self._export)
            database.execute("deliveries/note_export", target=self._name, taken_at=taken_at, run_id=run_id)

    @contextmanager
    def executing(self, execution: Execution) -> Iterator[Self]:
        """Make sheets of an execution. They appear when all of it is in them, and replace the sheets before them.

        The sheets of a plan are a batch, and are named by its number. Those of no plan are named by the date.
        """
        batch_id: int | None = None
        if execution.plan_id is None:
            sheet_folder.remove_sheets(self._name)
            self._label = execution.on.isoformat()
        else:
            batch_id = sheet_batches.begin_batch(self._name, execution.plan_id, execution.on)
            self._label = str(batch_id)
            self._export = self._export_of(execution)
        with self._stack:
            yield self
            self._write_removals()
        if batch_id is not None:
            self._finish_batch(batch_id, execution)

    def add(self, emails: AddressColumn) -> Sequence[Outcome]:
        """Write rows. An address that cannot stand in a sheet unchanged and harmlessly is refused."""
        left_out = set(self._writer("recipients").add([email or "" for email in emails.reveal()]))
        return [Outcome.REFUSED if place in left_out else Outcome.DONE for place in range(len(emails))]

    def remove(self, member_ids: Sequence[str], emails: AddressColumn) -> None:
        self._removals.update(zip(member_ids, emails.reveal(), strict=True))

    def discard_exports(self) -> None:
        sheet_folder.remove_exports(self._name)

    def _write_removals(self) -> None:
        """Write removals as the list spells them, where an export says so.

        The export is read once for all of them, which takes seconds a million.
        """
        rows = {member for member in self._removals if member.startswith(EXPORT_ROW)}
        export = self._export
        spellings = read_spellings(export, self._sheet.email, rows) if rows and export is not None else {}
        texts = (spellings.get(member, email) for member, email in self._removals.items())
        if self._removals:
            self._writer("removals").add(text for text in texts if text)

    def _writer(self, kind: str) -> SheetWriter:
        if self._template is None:
            self._template = Template.read(self._folder.parent / self._sheet.template, self._sheet.email)
        name = f"{kind}-{self._label}{self._template.suffix}"
        if name not in self._writers:
            writer = SheetWriter(self._template, self._folder / name, self._sheet.fixed)
            self._writers[name] = self._stack.enter_context(writer)
        return self._writers[name]

    def _newest_export(self) -> Path | None:
        with transaction("list_sync") as database:
            last = database.one("deliveries/find_last_export", target=self._name)
        newest = next(iter(sheet_folder.list_exports(self._name)), None)
        if newest is None:
            return None
        taken_at = sheet_folder.taken_at(newest)
        return newest if all(at is None or taken_at > at for at in (last["read"], last["imported"])) else None

    def _export_of(self, execution: Execution) -> Path | None:
        """Find the export that the plan was made from: it shows how the list spells members. None where it is gone."""
        with transaction("list_sync") as database:
            last = database.one("deliveries/find_last_export", target=self._name)
        for path in sheet_folder.list_exports(self._name):
            if last["run_id"] == execution.run_id and sheet_folder.taken_at(path) == last["read"]:
                return path
        return None

    def _finish_batch(self, batch_id: int, execution: Execution) -> None:
        files = tuple(SheetFile(name, writer.rows, writer.digest) for name, writer in self._writers.items())
        if files:
            manifest = Manifest(
                list_name=policy().targets[self._name].name.fi, target=self._name, batch_id=batch_id,
                run_id=execution.run_id, made_at=utc_now(), complete=execution.complete, files=files,
            )  # fmt: skip
            write_manifest(self._folder / f"manifest-{batch_id}.json", manifest)
        kept = {file.name: {"rows": file.rows, "sha256": file.sha256} for file in files}
        sheet_batches.finish_batch(self._name, batch_id, kept)
