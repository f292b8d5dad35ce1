"""Write columns of Arrow as blocks in the text format of PostgreSQL's COPY."""

from __future__ import annotations

from typing import Any


def copy_block(first: str, *columns: Any) -> bytes:
    """Return rows that begin with `first` (tabs and digits), then these columns of strings. Null becomes `\\N`."""
    block = _joined(first, columns)
    rows, nulls = len(columns[0]), sum(column.null_count for column in columns)
    # Canonical addresses contain nothing that COPY escapes, so one look at the bytes is enough for most columns.
    wanted = (rows, rows * (len(columns) + first.count("\t")), nulls, 0)
    if (block.count(b"\n"), block.count(b"\t"), block.count(b"\\"), block.count(b"\r")) == wanted:
        return block
    return _joined(first, [_escaped(column) for column in columns])


def _joined(first: str, columns: Any) -> bytes:
    import pyarrow.compute as pc

    filled = [pc.fill_null(column, r"\N") if column.null_count else column for column in columns]
    parts = [part for column in filled for part in ("\t", column)]
    text = pc.binary_join_element_wise(first, *parts, "\n", "")
    _, offsets, data = text.buffers()
    bounds = memoryview(offsets).cast("i")
    return memoryview(data)[bounds[text.offset] : bounds[text.offset + len(text)]].tobytes()


def _escaped(column: Any) -> Any:
    import pyarrow.compute as pc

    for plain, escaped in (("\\", r"\\"), ("\t", r"\t"), ("\n", r"\n"), ("\r", r"\r")):
        column = pc.replace_substring(column, plain, escaped)
    return column
