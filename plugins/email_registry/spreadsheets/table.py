"""What tables in text files and in workbooks have in common: their rows, the heading of their addresses, their errors.

The messages of csv, expat and zipfile may contain a cell of the file, so they go no further. Our messages name the
file, a row's number and what to do. A function `make_error` makes an error of such a message.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, TypeVar

from email_registry.errors import RegistryError

MakeError = Callable[[str], RegistryError]
T = TypeVar("T")

UNREADABLE = "it cannot be read as what its suffix says, it is broken or cut: export it again"


class Row(NamedTuple):
    """A row that is not blank. `number` is the file's own: the heading row is 1."""

    number: int
    email: str


def error_maker(path: Path, error_type: type[RegistryError], runbook: str) -> MakeError:
    """Return a function that makes errors of that type about `path`. A name that may be an address is not told."""
    name = "a file whose name may be an address" if "@" in path.name else path.name
    return lambda why: error_type(f"{name}: {why}", runbook=runbook)


def contain(work: Callable[[], T], make_error: MakeError) -> T:
    """Run `work`. An error of a library or of the system becomes one sentence without the contents of the file."""
    try:
        return work()
    except RegistryError:
        raise
    except FileNotFoundError:
        why = "there is no such file: put it there, or correct the path"
    except UnicodeDecodeError:
        why = "its text is neither UTF-8 nor Windows-1252: save it as CSV UTF-8 or as .xlsx"
    except OSError as error:
        why = f"it cannot be read ({error.strerror})" if error.strerror else UNREADABLE
    except Exception:
        why = UNREADABLE
    raise make_error(why)


def find_column(headings: tuple[str, ...], email_heading: str, make_error: MakeError) -> int:
    """Find the place of the heading of the addresses, from 0. Blanks around a heading do not count."""
    if not any(heading.strip() for heading in headings):
        raise make_error("it has no heading row: its first row must be the headings, as Webropol exports them")
    places = [place for place, heading in enumerate(headings) if heading.strip() == email_heading.strip()]
    if len(places) == 1:
        return places[0]
    problem = "is there twice" if places else "is not there"
    raise make_error(
        f"the heading {email_heading.strip()!r} {problem} in its first row: correct the policy or export it again"
    )


def read_email(number: int, email: str | None, others: bool, make_error: MakeError) -> str | None:
    """Return the address of a row; None where the row is blank. `others`: whether any other cell is not empty."""
    if email is not None and email.strip():
        return email
    if others:
        raise make_error(f"row {number} has no address, though it is not blank: complete or remove it at Webropol")
    return None
