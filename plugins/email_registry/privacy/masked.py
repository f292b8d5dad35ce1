"""The masked types. `str`, `repr` and `format` never show what is inside; `reveal()` does."""

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
        # XCom, multiprocessing and copy all pickle: none of them may carry an address.
        raise TypeError("an address does not leave its process")


class Address(_Masked):
    """One address, or what was given as one."""

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
    """A column of addresses, or of what was given as such; None where nothing was given.

    Made of an Arrow array of strings it keeps that as it is: a million texts in Python would be 80 MB.
    """

    __slots__ = ("_texts",)

    def __init__(self, texts: Iterable[str | None] | pyarrow.Array) -> None:
        self._texts: Any = texts if hasattr(texts, "to_pylist") else tuple(texts)

    def reveal(self) -> Sequence[str | None]:
        return tuple(self._texts.to_pylist()) if hasattr(self._texts, "to_pylist") else self._texts

    def arrow(self) -> pyarrow.Array:
        """The texts as Arrow's strings: `reveal`, for work on all at once."""
        if hasattr(self._texts, "to_pylist"):
            return self._texts
        import pyarrow

        return pyarrow.array(self._texts, pyarrow.string())

    def __len__(self) -> int:
        return len(self._texts)

    def __repr__(self) -> str:
        return f"AddressColumn({len(self._texts)} masked)"
