"""What tables in text files and in workbooks have in common: their rows, their one heading, and how they are refused.

What csv, expat and zipfile say of a file may hold a cell of it: that goes no further. What is said here names the file,
a row's number and what to do. `failing` makes the error of a sentence.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, TypeVar

from email_registry.errors import RegistryError

Failing = Callable[[str], RegistryError]
T = TypeVar("T")

UNREADABLE = "it cannot be read as what its suffix says, it is broken or cut: export it again"


class Row(NamedTuple):
    """A row that is not blank. `number` is the file's own: the heading row is 1."""

    number: int
    email: str


def failing_for(path: Path, error_type: type[RegistryError], runbook: str) -> Failing:
    """Sentences about `path` become errors of that type. A file whose name may be an address is not named."""
    shown = "a file whose name may be an address" if "@" in path.name else path.name
    return lambda why: error_type(f"{shown}: {why}", runbook=runbook)


def contained(work: Callable[[], T], failing: Failing) -> T:
    """Run `work`; whatever a library or the system says of a file becomes one sentence without its contents."""
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
    raise failing(why)


def column_of(headings: tuple[str, ...], wanted: str, failing: Failing) -> int:
    """The place of the heading, whatever blanks stand around it."""
    if not any(heading.strip() for heading in headings):
        raise failing("it has no heading row: its first row must be the headings, as Webropol exports them")
    places = [place for place, heading in enumerate(headings) if heading.strip() == wanted.strip()]
    if len(places) == 1:
        return places[0]
    found = "is there twice" if places else "is not there"
    raise failing(f"the heading {wanted.strip()!r} {found} in its first row: correct the policy or export it again")


def email_in(number: int, email: str | None, others: bool, failing: Failing) -> str | None:
    """The address of a row; None where the row is blank. `others`: whether any other cell has something in it."""
    if email is not None and email.strip():
        return email
    if others:
        raise failing(f"row {number} has no address, though it is not blank: complete or remove it at Webropol")
    return None
