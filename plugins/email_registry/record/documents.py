"""Write the record as two documents, Finnish and English, and compare them with the files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, get_args

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from email_registry.boundaries.files import write_readable
from email_registry.errors import ConfigurationError, contained
from email_registry.record.disclosed import digest, promised
from email_registry.record.notice import declaration, declared_anew, problem, write_declaration
from email_registry.settings import Policy, environment
from email_registry.settings.loading import load_promised
from email_registry.settings.policy import Source

Language = Literal["fi", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
UNITS = {"fi": ("päivä", "päivää", "vuosi", "vuotta"), "en": ("day", "days", "year", "years")}


@dataclass(frozen=True)
class Written:
    """The files that were written, and the declaration that was stored."""

    files: tuple[Path, ...]
    notice_date: date
    digest: str


@contained
def text(policy_file: Path, language: Language) -> str:
    """Return the record of a policy in Markdown."""
    return _rendered(load_promised(policy_file), policy_file, language)


@contained
def write(policy_file: Path, folder: Path) -> Written:
    """Write both languages to `folder`, and store beside the policy what the notice was declared for.

    ConfigurationError, with nothing written, when the processing changed and the notice's date did not.
    """
    policy = load_promised(policy_file)
    declared = declared_anew(policy, declaration(policy_file), _cure(folder))
    texts = {_path(folder, language): _rendered(policy, policy_file, language) for language in LANGUAGES}
    if not folder.is_dir():
        raise ConfigurationError(f"{folder} is no folder: make it, or give another one")
    for path in texts:
        _require_own_record(path, policy_file)
    for path, content in texts.items():
        write_readable(path, content)
    noted = write_declaration(policy_file, declared)
    return Written((*texts, noted), declared.notice_date, declared.digest)


@contained
def check(policy_file: Path, folder: Path) -> Written:
    """Raise ConfigurationError when the record differs from the policy, or the notice is for another policy."""
    policy, declared, cure = load_promised(policy_file), declaration(policy_file), _cure(folder)
    if declared is None:
        raise ConfigurationError(
            f"no notice was declared for {policy_file.name} yet: run {cure}", runbook="policy"
        )  # fmt: skip
    message = problem(policy, declared, cure)
    if message is not None:
        raise ConfigurationError(message, runbook="policy")
    paths = tuple(_path(folder, language) for language in LANGUAGES)
    for path, language in zip(paths, LANGUAGES, strict=True):
        if _standing(path) != _rendered(policy, policy_file, language):
            raise ConfigurationError(f"{path} is not what the policy says: run {cure}", runbook="policy")
    return Written(paths, declared.notice_date, declared.digest)


def _path(folder: Path, language: Language) -> Path:
    return folder / f"processing-record.{language}.md"


def _cure(folder: Path) -> str:
    return f"./registry record write {folder}"


def _standing(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _require_own_record(path: Path, policy_file: Path) -> None:
    """Refuse to replace the office's record by that of another policy, such as a demonstration's."""
    standing = _standing(path)
    if standing and f"`{policy_file.name}`" not in standing:
        raise ConfigurationError(
            f"{path} is of another policy than {policy_file.name}: set REGISTRY_POLICY, or give another folder; "
            "nothing was written",
            runbook="policy",
        )


def _rendered(policy: Policy, policy_file: Path, language: Language) -> str:
    template = _templates().get_template(f"{language}.md")
    return str(
        template.render(
            policy=policy, office=policy.office, rights=policy.rights, kept=policy.retention, backups=policy.backups,
            file=policy_file.name, digest=digest(promised(policy)), sources=_sources(policy), language=language,
        )
    )  # fmt: skip


def _sources(policy: Policy) -> list[dict[str, Any]]:
    """Return what each source brings, by the way that the nights use."""
    return [{"system": one.system, "audience": one.audience, **_brought(one)} for one in policy.sources.values()]


def _brought(source: Source) -> dict[str, Any]:
    way = source.ways[source.way]
    columns = way.columns
    return {
        "email": columns.email,
        "read": [column for column in columns.agreed if column != columns.email],
        "where": dict(columns.where),
        "filter": getattr(way, "filter", None),
    }


@lru_cache(maxsize=1)
def _templates() -> Environment:
    jinja = Environment(
        loader=FileSystemLoader(environment().include / "record"), autoescape=False, undefined=StrictUndefined,  # noqa: S701  Markdown
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    jinja.filters |= {"days": _days, "years": _years, "cell": _cell}
    return jinja


def _days(number: int, language: Language) -> str:
    return f"{number} {UNITS[language][number != 1]}"


def _years(number: int, language: Language) -> str:
    return f"{number} {UNITS[language][2 + (number != 1)]}"


def _cell(value: object) -> str:
    """Escape a text for a table and for code."""
    return " ".join(str(value).split()).replace("|", "\\|")
