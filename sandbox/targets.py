"""What is kept at Webropol: three lists and who belongs on each, and two surveys."""

import uuid

_NAMESPACE = uuid.UUID("5d0a4f5e-9b1c-4f57-8c44-3d8f0a3f7c21")

# name -> audiences; an address in both is on the joint list once.
TARGETS: dict[str, frozenset[str]] = {
    "henkiloasiakkaat": frozenset({"person"}),
    "yritysasiakkaat": frozenset({"company"}),
    "kaikki_asiakkaat": frozenset({"person", "company"}),
}
LIST_IDS: dict[str, str] = {name: str(uuid.uuid5(_NAMESPACE, name)) for name in TARGETS}

# A list of the office's own staff, on which it tries what it does.
PILOT_LIST = str(uuid.uuid5(_NAMESPACE, "pilot"))

AUDIENCE_OF_SOURCE = {"ura_persons": "person", "ura_companies": "company", "kasvucrm_companies": "company"}

# The survey whose answers are those who unsubscribed, and one more that has ended.
UNSUBSCRIBE_SURVEY = str(uuid.uuid5(_NAMESPACE, "survey/unsubscribe"))
FEEDBACK_SURVEY = str(uuid.uuid5(_NAMESPACE, "survey/feedback"))
