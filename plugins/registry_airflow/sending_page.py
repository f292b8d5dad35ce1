"""May I send? The answer behind Airflow's sign-in, for the communications officer."""

from __future__ import annotations

from typing import Literal

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.core_api.security import GetUserDep
from fastapi import Depends, FastAPI, HTTPException, status
from fastapi.responses import HTMLResponse

from email_registry.errors import RegistryError
from email_registry.report import sending_page
from registry_airflow.quality_reports import HEADERS
from registry_airflow.roles import BULLETIN_LISTS

app = FastAPI(title=BULLETIN_LISTS, docs_url=None, redoc_url=None, openapi_url=None)


def may_read(user: GetUserDep) -> None:
    """403 for whoever has no role with this permission. Without a sign-in Airflow's own dependency answers 401."""
    if not get_auth_manager().is_authorized_custom_view(method="GET", resource_name=BULLETIN_LISTS, user=user):
        raise HTTPException(status.HTTP_403_FORBIDDEN)


@app.get("/", dependencies=[Depends(may_read)])
def page(language: Literal["fi", "en"] = "fi") -> HTMLResponse:
    """Every list: may it be sent from, and why not."""
    try:
        return HTMLResponse(sending_page(language), headers=HEADERS)
    except RegistryError as error:
        message = f"Listojen tilaa ei saatu luettua. The lists' state could not be read: {error.message}"
    return HTMLResponse(message, status.HTTP_503_SERVICE_UNAVAILABLE, headers=HEADERS)
