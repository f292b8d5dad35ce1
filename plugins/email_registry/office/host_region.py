"""Check by a host's name, as far as a name can tell, that addresses which are sent to it stay in the EU/EEA."""

from __future__ import annotations

import re

from email_registry.boundaries.hosts import is_loopback

# The top-level domains of the countries of the EU and the EEA, .eu, and .ax of Åland.
WITHIN = re.compile(r"ax|at|be|bg|cy|cz|de|dk|ee|es|eu|fi|fr|gr|hr|hu|ie|is|it|li|lt|lu|lv|mt|nl|no|pl|pt|ro|se|si|sk")
COUNTRY = 2  # a country's top-level domain has two letters; a longer one belongs to no country
# A Dataverse host's name tells its region. These are North and South America, Canada, Asia, Oceania, Japan, India, the
# United States' government and the United Kingdom (the vendor's list of its discovery services; crm4 is Europe's).
DATAVERSE = re.compile(r"(?:^|\.)crm([235-9]|11)?\.dynamics\.com$")
NAME = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")
NUMBER = re.compile(r"[0-9.]+|[0-9a-f:]*:[0-9a-f:]*:[0-9a-f:.]*")


def why_not(host: str) -> str | None:
    """Return why a policy may not name this host. None when it may.

    This machine itself is allowed, because then nothing is sent away.
    """
    if is_loopback(host):
        return None
    if NUMBER.fullmatch(host):
        return "a number has no certificate to verify: give the host's name"
    if re.search(r"[/@:]", host):
        return "give the host's name alone, without scheme, port or path: it is reached by https and nothing else"
    if not NAME.fullmatch(host):
        return "it is no host's full name, in lower case and without wildcards"
    if DATAVERSE.search(host):
        return "Dataverse's servers of that region are outside the EU/EEA"
    end = host.rpartition(".")[2]
    if len(end) == COUNTRY and not WITHIN.fullmatch(end):
        return f".{end} is of a country outside the EU/EEA"
    return None
