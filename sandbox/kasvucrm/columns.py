"""The entity sets and columns that the sandbox's KasvuCRM has, with their types of OData."""

from __future__ import annotations

from dataclasses import dataclass, field

from sandbox.office import KasvuCrm

GUID, STRING, INTEGER, BOOLEAN, MOMENT = (
    "Edm.Guid",
    "Edm.String",
    "Edm.Int32",
    "Edm.Boolean",
    "Edm.DateTimeOffset",
)

EMAIL, REGION = "emailaddress1", "address1_stateorprovince"
_TYPES = {
    EMAIL: STRING,
    "statecode": INTEGER,
    "donotbulkemail": BOOLEAN,
    "donotemail": BOOLEAN,
    REGION: STRING,
    "createdon": MOMENT,
}


@dataclass(frozen=True, slots=True)
class Entity:
    """One entity set: its names, its primary key and its columns with their types.

    `kept`: under which name its rows are in the world's table; `stored`: the same of its columns, where it is another.
    """

    set_name: str
    logical_name: str
    key: str
    columns: dict[str, str]
    kept: str = ""
    stored: dict[str, str] = field(default_factory=dict)

    def storage(self, column: str) -> str:
        """The column of the world's table that holds `column`."""
        return "id" if column == self.key else self.stored.get(column, column)

    def shown(self, stored: str) -> str:
        """What a column of the world's table is called here."""
        return next((column for column, kept in self.stored.items() if kept == stored), stored)


def entity_sets(crm: KasvuCrm) -> dict[str, Entity]:
    """The entity sets of an office by their names."""
    types = {crm.columns[column]: kind for column, kind in _TYPES.items()}
    stored = {shown: kept for kept, shown in crm.columns.items()}
    return {
        found.set_name: Entity(found.set_name, found.name, found.key, {**types, found.key: GUID}, kept, stored)
        for kept, found in crm.entities.items()
    }
