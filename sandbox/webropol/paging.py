"""The vendor's documented paging: numbered pages from 1."""

from __future__ import annotations

import re

from sandbox.webropol.contract import Paging
from sandbox.webropol.errors import ApiError


def page_number(text: str | None) -> int:
    """The page that `paging=N` asks for; the first one without it. Raises ApiError (400)."""
    if text is None:
        return 1
    if not re.fullmatch(r"[1-9][0-9]{0,8}", text):
        raise ApiError(400, "paging is a page's number, from 1.")
    return int(text)


def paging(page: int, per_page: int, total: int, items: int) -> Paging:
    """Where `page` stands among `total` items, `items` of them on it."""
    pages = -(-total // per_page)
    return Paging(
        ItemsPerPage=per_page,
        TotalCount=total,
        TotalPages=pages,
        CurrentPage=page,
        IsLastItemFetched=page >= pages,
        ItemCount=items,
    )
