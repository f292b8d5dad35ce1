"""The entity sets and columns that the sandbox's KasvuCRM has, with their types of OData."""

from __future__ import annotations

from dataclasses import dataclass

GUID, STRING, INTEGER, BOOLEAN, MOMENT = (
    "Edm.Guid",
    "Edm.String",
    "Edm.Int32",
    "Edm.Boolean",
    "Edm.DateTimeOffset",
)

_SHARED = {
    "emailaddress1": STRING,
    "statecode": INTEGER,
    "donotbulkemail": BOOLEAN,
    "donotemail": BOOLEAN,
    "address1_stateorprovince": STRING,
    "createdon": MOMENT,
}


@dataclass(frozen=True, slots=True)
class Entity:
    """One entity set: its names, its primary key and its columns with their types."""

    set_name: str
    logical_name: str
    key: str
    columns: dict[str, str]

    def storage(self, column: str) -> str:
        """The column of the world's table that holds `column`."""
        return "id" if column == self.key else column


def _entity(logical_name: str) -> Entity:
    key = f"{logical_name}id"
    return Entity(f"{logical_name}s", logical_name, key, {**_SHARED, key: GUID})


ENTITIES: dict[str, Entity] = {entity.set_name: entity for entity in (_entity("account"), _entity("contact"))}
