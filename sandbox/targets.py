"""What Pirkanmaa keeps at Webropol: three lists and who belongs on each, a list of staff, and two surveys."""

from sandbox.office import FIRST, named

_KEPT = named(FIRST).webropol

# name -> audiences; an address in both is on the joint list once.
TARGETS: dict[str, frozenset[str]] = {name: frozenset(found.audiences) for name, found in _KEPT.lists.items()}
LIST_IDS: dict[str, str] = {name: found.id for name, found in _KEPT.lists.items()}
PILOT_LIST = _KEPT.pilot.id
UNSUBSCRIBE_SURVEY = _KEPT.unsubscribe.id
