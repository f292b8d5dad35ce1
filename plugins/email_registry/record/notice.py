"""Compare the policy with what was declared under the notice's date, which is stored in a file beside the policy.

The comparison finds a policy that changes what people were told without changing the date of the notice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from email_registry.boundaries.files import write_readable
from email_registry.errors import ConfigurationError
from email_registry.record.disclosed import differences, digest, promised
from email_registry.settings import Policy
from email_registry.settings.loading import load_promised, read_mapping

HEAD = """\
# The processing that the notice of this date was declared for. Written by `./registry record write`, never by hand:
# a change of the policy that is not here asks for a notice of a later date.
"""


@dataclass(frozen=True)
class Declaration:
    """What was declared under a notice.

    `promised` maps each key to the value that was declared. `earlier` maps the date of each older notice to the digest
    of what was declared under it.
    """

    notice_date: date
    digest: str
    promised: Mapping[str, Any]
    earlier: Mapping[date, str] = field(default_factory=dict)


def path_of(policy_file: Path) -> Path:
    """Return the path of the file, which lies beside the policy and is named after it."""
    return policy_file.with_name(f"{policy_file.stem}.notice.yaml")


def declaration(policy_file: Path) -> Declaration | None:
    """Return what was declared last, or None. ConfigurationError when the file was changed by hand."""
    path = path_of(policy_file)
    if not path.exists():
        return None
    content = read_mapping(path, "notice", "")
    try:
        found = Declaration(
            content["notice_date"], content["digest"], content["promised"], dict(content.get("earlier", {}))
        )
        whole = isinstance(found.notice_date, date) and digest(found.promised) == found.digest
    except (KeyError, TypeError, ValueError):
        whole = False
    if not whole:
        raise ConfigurationError(
            f"notice: {path} is not as it was written: take it from the version control, or from a backup",
            runbook="policy",
        )
    return found


def problem(policy: Policy, declared: Declaration, cure: str) -> str | None:
    """Return why the processing differs from what was declared, and what to do. None when it does not differ."""
    now, on, before = promised(policy), policy.office.notice_date, declared.notice_date
    changed = differences(declared.promised, now)
    if changed and on == before:
        more = f" (and {len(changed) - 1} more)" if len(changed) > 1 else ""
        return (
            f"{changed[0]}{more}, and the notice is still that of {before}: tell people of it, give office.notice_date "
            f"the new notice's date, then run {cure}"
        )
    if on < before:
        return f"office.notice_date is {on}, and a notice of {before} was declared: give a later date, then run {cure}"
    if on != before:
        return f"the notice of {on} is not declared yet: run {cure}"
    return None


def declared_anew(policy: Policy, before: Declaration | None, cure: str) -> Declaration:
    """Return the new declaration. ConfigurationError when the policy changed and the notice's date did not."""
    now, on = promised(policy), policy.office.notice_date
    if before is None:
        return Declaration(on, digest(now), now)
    if on > before.notice_date:
        return Declaration(on, digest(now), now, {**before.earlier, before.notice_date: before.digest})
    message = problem(policy, before, cure)
    if message is not None:
        raise ConfigurationError(message, runbook="policy")
    return before


def write_declaration(policy_file: Path, declared: Declaration) -> Path:
    """Write the declaration beside the policy."""
    path = path_of(policy_file)
    content = {
        "notice_date": declared.notice_date,
        "digest": declared.digest,
        **({"earlier": dict(declared.earlier)} if declared.earlier else {}),
        "promised": dict(declared.promised),
    }
    write_readable(path, HEAD + yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=110))
    return path


def look(policy_file: Path) -> str:
    """Return a line that says which notice was declared. ConfigurationError when the processing differs from it."""
    declared = declaration(policy_file)
    if declared is None:
        return "no processing record was written of this policy yet: ./registry record write FOLDER"
    message = problem(load_promised(policy_file), declared, "./registry record write FOLDER")
    if message is not None:
        raise ConfigurationError(message, runbook="policy")
    return f"the processing is what the notice of {declared.notice_date} was declared for ({declared.digest[:12]})"
