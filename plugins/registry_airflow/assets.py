"""An asset an audience: "this audience changed". Its events carry counts only."""

from airflow.sdk import Asset, AssetAlias

# An event is written through the alias, so that an audience which did not change emits none.
CHANGED = AssetAlias(name="changed_audiences", group="registry")


def audience_asset(audience: str) -> Asset:
    """The asset of an audience."""
    return Asset(name=f"registry_{audience}", uri=f"registry://audience/{audience}", group="registry")
