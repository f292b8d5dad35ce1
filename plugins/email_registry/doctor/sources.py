"""Check a source by the way that the nights use: it answers, and has the agreed columns. Its rows are not read."""

from __future__ import annotations

from datetime import date

from email_registry.doctor.answers import answered, hasty, login_of
from email_registry.doctor.connections import chosen
from email_registry.doctor.findings import CheckFailed, cured_by
from email_registry.extract import FileReading, Pages, ViewReading, require_agreed_columns
from email_registry.settings import connection, policy
from email_registry.settings.policy import FileWay, ODataWay, ViewWay


def look_at(name: str, on: date) -> str:
    """Check a source, and return what was seen. CheckFailed when a night could not read it."""
    source = policy().sources[name]
    way, keeper = chosen(source), f"{source.system}'s keeper"
    if isinstance(way, FileWay):
        return _file(name, keeper, way, on)
    if isinstance(way, ODataWay):
        return _odata(name, keeper, way)
    assert isinstance(way, ViewWay)  # noqa: S101  there are only three types of ways
    return _view(name, keeper, way)


def _file(name: str, keeper: str, way: FileWay, on: date) -> str:
    reading = FileReading(name, way, on)
    with cured_by(f"mount the folder, or correct {way.connection} in connections.json"), reading.opened() as folder:
        files = folder.names()
        with cured_by(f"ask {keeper} for {way.name} and its marker ({way.marker})"):
            age, drop = reading.newest(files)
        with cured_by(f"agree with {keeper}, or correct encoding and marker of the way in the policy"):
            headings = reading.headings(folder, drop)
    with cured_by(_columns(keeper)):
        require_agreed_columns(name, way.columns, headings)
    if age > way.max_age_days + 1:  # tonight's file may not have come yet
        raise CheckFailed(f"{name}: its newest file is {age} days old", f"ask {keeper} why no more came", silent=True)
    return f"the agreed columns; the newest file is {'of today' if age == 0 else f'{age} day(s) old'}"


def _view(name: str, keeper: str, way: ViewWay) -> str:
    view = f"{way.table_schema}.{way.table}"
    cure = f"see extra.url of {way.connection} in connections.json, and that its login may read {view}"
    with cured_by(f"{cure}; {_columns(keeper)}"):
        may_write = ViewReading(name, way).look()
    if may_write:
        raise CheckFailed(
            f"{name}: its login may change what it reads", f"ask {keeper} for one that may only read {view}"
        )
    return "the agreed columns; " + ("its login may only read" if may_write is False else "the login was not looked at")


def _odata(name: str, keeper: str, way: ODataWay) -> str:
    pages = Pages(name, way, connection(way.connection), hasty())
    filtered, rows = "and filter and partition of the way", 0
    meanings = {
        400: ("it does not take the columns or the filter", f"{_columns(keeper)}, {filtered}"),
        401: ("the token is refused", f"correct extra.scope of {way.connection} in connections.json"),
        403: ("the login may not read it", f"ask {keeper} for the right to read"),
    }
    try:
        with answered(name, login_of(way.connection)):
            pages.sign_in()
        for entity_set, key in way.entity_sets.items():
            cure = f"correct entity_sets of the way in the policy, or host of {way.connection} in connections.json"
            with (
                cured_by(_columns(keeper)),
                answered(name, {**meanings, 404: (f"{entity_set} is not there", cure)}),
            ):
                rows += pages.first(entity_set, key)
    finally:
        pages.close()
    if not rows:
        raise CheckFailed(f"{name}: no row passes the filter", f"correct filter and where of the way, or ask {keeper}")
    return f"the login, {len(way.entity_sets)} entity sets, the agreed columns"


def _columns(keeper: str) -> str:
    return f"agree on the columns with {keeper}, or correct columns.agreed in the policy"
