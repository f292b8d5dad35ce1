"""The service document, `$metadata` and the entity definitions, so that strangers' clients can find their way.

Any client of OData 4.0 begins with the first two; Microsoft's own client for Python asks for the definitions.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from typing import Any

from sandbox.kasvucrm.columns import GUID, STRING, Entity

NAMESPACE = "Microsoft.Dynamics.CRM"
DEFINITIONS = Entity(
    set_name="EntityDefinitions",
    logical_name="EntityMetadata",
    key="MetadataId",
    columns={
        "MetadataId": GUID,
        "LogicalName": STRING,
        "SchemaName": STRING,
        "EntitySetName": STRING,
        "PrimaryIdAttribute": STRING,
    },
)


def service_document(root: str, entities: Mapping[str, Entity]) -> dict[str, object]:
    """The entity sets under `root`, the absolute URL of the API without a slash at its end."""
    sets = [{"name": name, "kind": "EntitySet", "url": name} for name in entities]
    return {"@odata.context": f"{root}/$metadata", "value": sets}


def edmx(entities: Mapping[str, Entity]) -> str:
    """The entity data model as XML (EDMX 4.0)."""
    types, sets = [], []
    for entity in entities.values():
        properties = "".join(_property(name, kind, name == entity.key) for name, kind in entity.columns.items())
        key = f'<Key><PropertyRef Name="{entity.key}"/></Key>'
        types.append(f'<EntityType Name="{entity.logical_name}">{key}{properties}</EntityType>')
        sets.append(f'<EntitySet Name="{entity.set_name}" EntityType="{NAMESPACE}.{entity.logical_name}"/>')
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        '<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx"><edmx:DataServices>'
        f'<Schema Namespace="{NAMESPACE}" Alias="mscrm" xmlns="http://docs.oasis-open.org/odata/ns/edm">'
        f'{"".join(types)}<EntityContainer Name="System">{"".join(sets)}</EntityContainer>'
        "</Schema></edmx:DataServices></edmx:Edmx>"
    )


def _property(name: str, kind: str, is_key: bool) -> str:
    nullable = ' Nullable="false"' if is_key else ""
    return f'<Property Name="{name}" Type="{kind}"{nullable}/>'


def definitions(entities: Mapping[str, Entity]) -> str:
    """What is known of each entity, as a JSON array whose objects have DEFINITIONS' columns (its key as `id`)."""
    known: list[dict[str, Any]] = [
        {
            "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"sandbox/{entity.logical_name}")),
            "LogicalName": entity.logical_name,
            "SchemaName": entity.logical_name.capitalize(),
            "EntitySetName": entity.set_name,
            "PrimaryIdAttribute": entity.key,
        }
        for entity in entities.values()
    ]
    return json.dumps(known)
