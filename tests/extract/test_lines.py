"""What is sent to staging, as COPY reads it."""

from __future__ import annotations

import pyarrow as pa
import pytest

from email_registry.boundaries.copy_format import copy_block


@pytest.mark.parametrize(
    ("emails", "lines"),
    [
        (["a@b.fi", None, "ä@d.fi"], "7\ta@b.fi\tvalid\n7\t\\N\tvalid\n7\tä@d.fi\tvalid\n"),
        # What a broken judge lets through stays one value of one row.
        (["a\tb\\", "x\ny\r", None], "7\ta\\tb\\\\\tvalid\n7\tx\\ny\\r\tvalid\n7\t\\N\tvalid\n"),
        (["\\N"], "7\t\\\\N\tvalid\n"),
        ([], ""),
    ],
)
def test_a_chunk_in_copys_text_format(emails: list[str | None], lines: str) -> None:
    verdicts = pa.array(["valid"] * len(emails), pa.string())
    assert copy_block("7", pa.array(emails, pa.string()), verdicts).decode() == lines
