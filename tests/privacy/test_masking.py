"""An address shows itself only when asked to."""

from __future__ import annotations

import copy
import json
import logging
import pickle

import pytest

from email_registry.errors import RegistryError, contained
from email_registry.privacy import Address, AddressColumn

SECRET = "matti@posti.fi"


@pytest.mark.promise("disclosure")
@pytest.mark.parametrize("masked", [Address(SECRET), AddressColumn([SECRET, None])])
def test_no_way_of_formatting_shows_it(masked: Address | AddressColumn, caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("test").warning("%s %r", masked, masked)
    shown = [str(masked), repr(masked), f"{masked:>40}", f"{masked!s}", "{}".format(masked), "%s" % masked, caplog.text]  # noqa: UP031, UP032
    assert not any(SECRET in text for text in shown)
    assert SECRET in str(masked.reveal())


@pytest.mark.promise("disclosure")
@pytest.mark.parametrize("masked", [Address(SECRET), AddressColumn([SECRET])])
def test_it_does_not_leave_its_process(masked: Address | AddressColumn) -> None:
    for leave in (pickle.dumps, copy.deepcopy, json.dumps):
        with pytest.raises(TypeError) as refused:
            leave(masked)
        assert SECRET not in str(refused.value)


def test_a_foreign_exception_goes_no_further_than_its_kind_and_place() -> None:
    @contained
    def fails() -> None:
        raise ValueError(SECRET)

    with pytest.raises(RegistryError) as raised:
        fails()
    assert SECRET not in str(raised.value)
    assert raised.value.__cause__ is None
    assert raised.value.__context__ is None
