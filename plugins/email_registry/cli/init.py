"""`registry init`: a policy for an office that has none."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import click

from email_registry.cli.options import as_json
from email_registry.cli.output import print_progress, print_result

POLICIES = "include/policy"


@click.command()
@click.option(
    "--from", "source", type=click.Path(path_type=Path), metavar="FILE", help="A file of answers, instead of questions."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help=f"Where to write it; {POLICIES}/<region>.yaml unless given.",
)
@click.option("--force", is_flag=True, help="Replace an existing file.")
@as_json
def init(source: Path | None, out: Path | None, force: bool, json_: bool) -> None:
    """Write the policy of an office that has none yet, from questions or from a file of answers.

    Answers have a policy's own keys; for the rest it takes sensible defaults. It refuses what is unsafe: no filter of
    the region, a host outside the EU/EEA, limits that never ask, a secret, somebody's address. At its end it says what
    comes next. Nothing in a policy is a secret. An example is include/policy/answers.example.yaml.
    """
    from email_registry import office
    from email_registry.settings import business_date, environment

    if out:
        office.require_free_path(out, replace=force)  # before anybody has answered sixty questions
    answers = office.read_answers(source) if source else _asked()
    made = office.draft(office.complete(answers), business_date(None))
    path = out or environment().include / "policy" / made.file_name
    if path.exists() and not force and not source:
        path = _another(path)
    office.write(made, path, replace=force)
    connections = office.skeleton(made.policy)
    steps = _next(path, environment().secrets)
    result = {"policy": str(path), "digest": made.policy.digest, "connections": connections, "next": steps}
    lines = [f"written: {path}", *(f"{number}. {step}" for number, step in enumerate(steps, 1)), "", _text(connections)]
    print_result(result, lines, json_=json_)


def _asked() -> dict[str, object]:
    from email_registry.office import ask

    try:
        return ask()
    except (click.Abort, KeyboardInterrupt):
        click.echo(err=True)
        print_progress("interrupted: nothing was written. With --from FILE nothing is asked")
        raise click.Abort from None


def _another(path: Path) -> Path:
    from email_registry.office import prompts

    prompts.why(f"{path} is there already.")
    return path.with_name(prompts.text("Another name for the new policy, as kainuu.yaml", rule=_free(path.parent)))


def _free(folder: Path) -> Callable[[str], str | None]:
    def rule(answer: str) -> str | None:
        if not re.fullmatch(r"[\w-]+\.yaml", answer):
            return "a file's name that ends with .yaml"
        return "that file is there already" if (folder / answer).exists() else None

    return rule


def _next(path: Path, secrets: Path) -> list[str]:
    return [
        f"export REGISTRY_POLICY={path.resolve()}",
        f"fill in where and as whom, in {secrets / 'connections.json'} (mode 0600); its skeleton stands below",
        f"a key for suppressions, once, in {secrets / 'suppression_keys.json'} (mode 0600), and in the office's vault: "
        '{"1": "<64 hex digits>"}, the digits by `openssl rand -hex 32`',
        "./registry database upgrade, with REGISTRY_URL and REGISTRY_ADMIN_URL set",
        "./registry record write FOLDER: the processing record, and what the privacy notice was declared for",
        "./registry doctor, until it finds nothing",
        "the nights: every list is observed first, and docs/runbooks/go-live.md says how it goes live",
    ]


def _text(connections: dict[str, dict[str, object]]) -> str:
    return json.dumps(connections, ensure_ascii=False, indent=2)
