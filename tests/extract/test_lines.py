"""What is sent to staging, as COPY reads it."""

from __future__ import annotations

import pyarrow as pa
import pytest

from email_registry.addresses import Judged
from email_registry.extract.staging import _lines
from email_registry.privacy import AddressColumn


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
    judged = Judged(pa.array(["valid"] * len(emails), pa.string()), AddressColumn(emails))
    assert _lines(7, judged).decode() == lines
