"""Reads a workbook's package: its sheets and its shared texts (ECMA-376, parts 1 and 2).

openpyxl reads workbooks too. But it believes the size that a sheet declares, drops a row whose number came before,
keeps something of every row it read, and takes three times as long (73 s a million rows, openpyxl 3.1.5). We read each
part as a stream to its end, where zipfile compares its checksum. A part that declares a document type is refused, so
no entity can be expanded.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple
from zipfile import ZipFile

from email_registry.spreadsheets.table import MakeError

if TYPE_CHECKING:
    from xml.parsers.expat import XMLParserType

    import pyarrow

MOST_BYTES = 1_000_000_000  # of all parts together, unpacked
BYTES_PER_CHUNK = 1 << 18
TEXTS_PER_PIECE = 1 << 16
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


class Handlers:
    """What to do at a part's tags and texts. A tag comes without the prefix that the part's own tags have."""

    def on_start(self, tag: str, attributes: dict[str, str]) -> None:
        return

    def on_end(self, tag: str) -> None:
        return

    def on_text(self, text: str) -> None:
        return


class Sheet(NamedTuple):
    title: str
    part: str


class Workbook:
    """The package: a zip whose parts name each other."""

    def __init__(self, file: BinaryIO, make_error: MakeError) -> None:
        self._make_error = make_error
        self._zip = ZipFile(file)
        if sum(part.file_size for part in self._zip.infolist()) > MOST_BYTES:
            raise make_error("unpacked it is more than 1 GB, so it is no list: export it again")
        (main,) = self._find_related("", "officeDocument").values()
        targets = self._find_related(main, "worksheet")
        self.sheets = tuple(Sheet(name, targets[key]) for name, key in self._read_sheet_names(main) if key in targets)
        self._shared = [*self._find_related(main, "sharedStrings").values()]

    def close(self) -> None:
        self._zip.close()

    def texts(self) -> Texts:
        """Read the shared texts, which cells name by their numbers."""
        texts = Texts()
        for part in self._shared:
            for _ in self.parse_part(part, texts):
                texts.pack()
        texts.pack(last=True)
        return texts

    def parse_part(self, part: str, handlers: Handlers) -> Iterator[None]:
        """Parse a part to its end, with a pause after each piece."""
        from xml.parsers import expat

        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        parser.StartElementHandler = lambda tag, _: _set_handlers(parser, handlers, tag.rpartition(":"))
        with self._zip.open(part) as content:
            while data := content.read(BYTES_PER_CHUNK):
                parser.Parse(data, False)
                yield
        parser.Parse(b"", True)
        yield

    def _refuse_doctype(self, *_: Any) -> None:
        raise self._make_error("it declares a document type, which no workbook has: export it again")

    def _find_related(self, part: str, kind: str) -> dict[str, str]:
        """Find the relations of a kind that a part has: id -> the part that it leads to."""
        folder, name = posixpath.split(part)
        relations = posixpath.join(folder, "_rels", f"{name}.rels")
        return {
            relation["Id"]: posixpath.normpath(posixpath.join("/", folder, relation["Target"])).lstrip("/")
            for relation in self._find_elements(relations, "Relationship")
            if relation["Type"].endswith(f"/{kind}")
        }

    def _read_sheet_names(self, main: str) -> Iterator[tuple[str, str]]:
        """Read each sheet's name and the id of its relation. That attribute may have any prefix."""
        for sheet in self._find_elements(main, "sheet"):
            ids = [value for name, value in sheet.items() if name.rpartition(":")[2] == "id"]
            yield sheet["name"], ids[0]

    def _find_elements(self, part: str, tag: str) -> list[dict[str, str]]:
        """Find the attributes of every such element of a small part."""
        elements: list[dict[str, str]] = []

        class Collector(Handlers):
            def on_start(self, name: str, attributes: dict[str, str]) -> None:
                if name == tag:
                    elements.append(attributes)

        for _ in self.parse_part(part, Collector()):
            pass
        return elements


def _set_handlers(parser: XMLParserType, handlers: Handlers, root: tuple[str, str, str]) -> None:
    """Let the parser call the handlers from the root on, directly where the root's namespace has no prefix."""
    prefix = root[0] + root[1]
    parser.CharacterDataHandler = handlers.on_text
    parser.StartElementHandler, parser.EndElementHandler = handlers.on_start, handlers.on_end
    if prefix:
        parser.StartElementHandler = lambda tag, attributes: handlers.on_start(tag.removeprefix(prefix), attributes)
        parser.EndElementHandler = lambda tag: handlers.on_end(tag.removeprefix(prefix))


class Texts(Handlers):
    """Shared texts by number, as Arrow strings: a million of Python's would take 80 MB. Pronunciations are left out."""

    def __init__(self) -> None:
        self._packed: list[pyarrow.Array] = []
        self._waiting: list[str] = []
        self._parts: list[str] = []
        self._in_text = self._in_pronunciation = False

    def __getitem__(self, number: int) -> str:
        if number < 0:
            raise IndexError(number)
        text: str = self._packed[number // TEXTS_PER_PIECE][number % TEXTS_PER_PIECE].as_py()
        return text

    def pack(self, *, last: bool = False) -> None:
        """Pack the texts that have come, in pieces of one size."""
        import pyarrow

        while len(self._waiting) >= TEXTS_PER_PIECE or (last and self._waiting):
            piece, self._waiting = self._waiting[:TEXTS_PER_PIECE], self._waiting[TEXTS_PER_PIECE:]
            self._packed.append(pyarrow.array(piece, pyarrow.string()))

    def on_start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "rPh":
            self._in_pronunciation = True
        self._in_text = tag == "t" and not self._in_pronunciation

    def on_end(self, tag: str) -> None:
        self._in_text = False
        if tag == "rPh":
            self._in_pronunciation = False
        elif tag == "si":
            self._waiting.append(unescape("".join(self._parts)))
            self._parts.clear()

    def on_text(self, text: str) -> None:
        if self._in_text:
            self._parts.append(text)


def unescape(text: str) -> str:
    """Replace each `_x0041_`, which stands for a character that XML could not hold (ST_Xstring)."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text
