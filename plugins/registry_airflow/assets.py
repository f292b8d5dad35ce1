"""An asset an audience: "this audience changed". Its events carry counts and the night's run id."""

from airflow.sdk import Asset, AssetAlias, AssetAny, AssetOrTimeSchedule, CronTriggerTimetable

from email_registry.settings import policy

# An event is written through the alias, so that an audience which did not change emits none.
CHANGED = AssetAlias(name="changed_audiences", group="registry")
NIGHT = "night"


def audience_asset(audience: str) -> Asset:
    """The asset of an audience."""
    return Asset(name=f"registry_{audience}", uri=f"registry://audience/{audience}", group="registry")


def at_a_change_or(cron: str) -> AssetOrTimeSchedule:
    """Return a schedule: when any audience changed, and also at that time in Helsinki."""
    timetable = CronTriggerTimetable(cron, timezone="Europe/Helsinki")
    return AssetOrTimeSchedule(
        timetable=timetable, assets=AssetAny(*(audience_asset(audience) for audience in policy().audiences))
    )
