"""The masked types. `str`, `repr` and `format` never show the text inside; `reveal()` returns it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    import pyarrow


class _Masked:
    __slots__ = ()

    def __str__(self) -> str:
        return repr(self)

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __reduce__(self) -> NoReturn:
        # XCom, multiprocessing and copy pickle objects, and none of them may contain an address.
        raise TypeError("an address does not leave its process")


class Address(_Masked):
    """One address, or a text that somebody gave as an address."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return "Address(masked)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Address) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)


class AddressColumn(_Masked):
    """A column of addresses or of texts given as addresses. None means that there was no text.

    An Arrow array of strings is kept as it is, because a million texts in Python would take 80 MB.
    """

    __slots__ = ("_texts",)

    def __init__(self, texts: Iterable[str | None] | pyarrow.Array) -> None:
        self._texts: Any = texts if hasattr(texts, "to_pylist") else tuple(texts)

    def reveal(self) -> Sequence[str | None]:
        return tuple(self._texts.to_pylist()) if hasattr(self._texts, "to_pylist") else self._texts

    def arrow(self) -> pyarrow.Array:
        """Reveal the texts as Arrow's strings, for work on all of them at once."""
        if hasattr(self._texts, "to_pylist"):
            return self._texts
        import pyarrow

        return pyarrow.array(self._texts, pyarrow.string())

    def __len__(self) -> int:
        return len(self._texts)

    def __repr__(self) -> str:
        return f"AddressColumn({len(self._texts)} masked)"
