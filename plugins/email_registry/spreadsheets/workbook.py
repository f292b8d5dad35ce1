"""What a workbook's package holds: its sheets and its shared texts (ECMA-376, parts 1 and 2).

openpyxl reads workbooks too, but takes a sheet's own word for its size, drops a row whose number came before, keeps
something of every row it read, and takes three times as long (73 s a million rows, 3.1.5). Here parts are read as
streams, to their ends, where their checksums are compared. No part may declare a document type, so that there are no
entities to be expanded.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple
from zipfile import ZipFile

from email_registry.spreadsheets.table import Failing

if TYPE_CHECKING:
    from xml.parsers.expat import XMLParserType

    import pyarrow

MOST_BYTES = 1_000_000_000  # of all parts together, unpacked
CHUNK = 1 << 18
TEXTS_AT_A_TIME = 1 << 16
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


class Handlers:
    """What happens at a part's tags and texts; a tag comes without the prefix that the part's own tags have."""

    def started(self, tag: str, attributes: dict[str, str]) -> None:
        return

    def ended(self, tag: str) -> None:
        return

    def said(self, text: str) -> None:
        return


class Sheet(NamedTuple):
    title: str
    part: str


class Workbook:
    """The package: a zip whose parts name each other."""

    def __init__(self, file: BinaryIO, failing: Failing) -> None:
        self._failing = failing
        self._zip = ZipFile(file)
        if sum(part.file_size for part in self._zip.infolist()) > MOST_BYTES:
            raise failing("unpacked it is more than 1 GB, so it is no list: export it again")
        (main,) = self._related("", "officeDocument").values()
        targets = self._related(main, "worksheet")
        self.sheets = tuple(Sheet(name, targets[key]) for name, key in self._named_sheets(main) if key in targets)
        self._shared = [*self._related(main, "sharedStrings").values()]

    def close(self) -> None:
        self._zip.close()

    def texts(self) -> Texts:
        """The shared texts: cells name them by their numbers."""
        texts = Texts()
        for part in self._shared:
            for _ in self.parsed(part, texts):
                texts.settle()
        texts.settle(last=True)
        return texts

    def parsed(self, part: str, handlers: Handlers) -> Iterator[None]:
        """Parse a part to its end, with a pause after each piece."""
        from xml.parsers import expat

        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        parser.StartElementHandler = lambda tag, _: _handle(parser, handlers, tag.rpartition(":"))
        with self._zip.open(part) as content:
            while data := content.read(CHUNK):
                parser.Parse(data, False)
                yield
        parser.Parse(b"", True)
        yield

    def _refuse_doctype(self, *_: Any) -> None:
        raise self._failing("it declares a document type, which no workbook has: export it again")

    def _related(self, part: str, kind: str) -> dict[str, str]:
        """Of a part's relations those of a kind: their ids, and the parts they lead to."""
        folder, name = posixpath.split(part)
        relations = posixpath.join(folder, "_rels", f"{name}.rels")
        return {
            found["Id"]: posixpath.normpath(posixpath.join("/", folder, found["Target"])).lstrip("/")
            for found in self._elements(relations, "Relationship")
            if found["Type"].endswith(f"/{kind}")
        }

    def _named_sheets(self, main: str) -> Iterator[tuple[str, str]]:
        """Each sheet's name and the id of its relation, an attribute of whatever prefix."""
        for found in self._elements(main, "sheet"):
            ids = [value for name, value in found.items() if name.rpartition(":")[2] == "id"]
            yield found["name"], ids[0]

    def _elements(self, part: str, tag: str) -> list[dict[str, str]]:
        """The attributes of every such element of a small part."""
        found: list[dict[str, str]] = []

        class Finding(Handlers):
            def started(self, name: str, attributes: dict[str, str]) -> None:
                if name == tag:
                    found.append(attributes)

        for _ in self.parsed(part, Finding()):
            pass
        return found


def _handle(parser: XMLParserType, handlers: Handlers, root: tuple[str, str, str]) -> None:
    """From the root on the handlers are called, without a call in between where its namespace has no prefix."""
    prefix = root[0] + root[1]
    parser.CharacterDataHandler = handlers.said
    parser.StartElementHandler, parser.EndElementHandler = handlers.started, handlers.ended
    if prefix:
        parser.StartElementHandler = lambda tag, attributes: handlers.started(tag.removeprefix(prefix), attributes)
        parser.EndElementHandler = lambda tag: handlers.ended(tag.removeprefix(prefix))


class Texts(Handlers):
    """Shared texts by number, as Arrow strings: a million in Python's would be 80 MB. Pronunciations are left out."""

    def __init__(self) -> None:
        self._settled: list[pyarrow.Array] = []
        self._waiting: list[str] = []
        self._parts: list[str] = []
        self._taking = self._aside = False

    def __getitem__(self, number: int) -> str:
        if number < 0:
            raise IndexError(number)
        text: str = self._settled[number // TEXTS_AT_A_TIME][number % TEXTS_AT_A_TIME].as_py()
        return text

    def settle(self, *, last: bool = False) -> None:
        """Pack what has come, in pieces of one size."""
        import pyarrow

        while len(self._waiting) >= TEXTS_AT_A_TIME or (last and self._waiting):
            piece, self._waiting = self._waiting[:TEXTS_AT_A_TIME], self._waiting[TEXTS_AT_A_TIME:]
            self._settled.append(pyarrow.array(piece, pyarrow.string()))

    def started(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "rPh":
            self._aside = True
        self._taking = tag == "t" and not self._aside

    def ended(self, tag: str) -> None:
        self._taking = False
        if tag == "rPh":
            self._aside = False
        elif tag == "si":
            self._waiting.append(unescaped("".join(self._parts)))
            self._parts.clear()

    def said(self, text: str) -> None:
        if self._taking:
            self._parts.append(text)


def unescaped(text: str) -> str:
    """`_x0041_` stands for a character that XML could not hold, or for itself (ST_Xstring)."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text
