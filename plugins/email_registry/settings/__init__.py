"""The office's decisions (policy) and where this process runs (environment), as immutable data."""

from email_registry.settings.clock import business_date, utc_now
from email_registry.settings.connections import Connection, connection
from email_registry.settings.environment import Environment, environment
from email_registry.settings.list_policy import Pilot, Target
from email_registry.settings.loading import load_policy, policy
from email_registry.settings.policy import Policy, Source

__all__ = [
    "Connection",
    "Environment",
    "Pilot",
    "Policy",
    "Source",
    "Target",
    "business_date",
    "connection",
    "environment",
    "load_policy",
    "policy",
    "utc_now",
]
