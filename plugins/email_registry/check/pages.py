"""Render Great Expectations' Data Docs in our own frame, without the library's scripts, fonts and logo.

The library's renderers and inner templates are used. Its page templates are not, because they load scripts and styles
from five public hosts, and a logo whose address carries an identifier (1.24.1). Our page templates, in
`include/reports/templates`, load one stylesheet from the reports' own folder.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from jinja2 import ChoiceLoader, Environment, FileSystemLoader

from email_registry.check.gx import gx_work, library
from email_registry.check.results import Json
from email_registry.check.suites import Suite
from email_registry.settings import environment

# Inline styles are allowed, because the library's renderers write style attributes.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; form-action 'none'"
)
_PARAMETER = re.compile(r"\{'\$PARAMETER': '(\w+)'\}")


def result_page(result: Json, **values: Any) -> str:
    """Return the page of a counted validation result."""

    def work() -> str:
        from great_expectations.core.expectation_validation_result import expectationSuiteValidationResultSchema
        from great_expectations.render.renderer import ValidationResultsPageRenderer

        loaded = expectationSuiteValidationResultSchema.load(dict(result))
        document = ValidationResultsPageRenderer(run_info_at_end=True).render(loaded)
        return page("verdict.html", **document.to_json_dict(), **values)

    return gx_work(work)


def suite_page(suite: Suite, **values: Any) -> str:
    """Return the page of a suite. It shows the parameters by their names."""

    def work() -> str:
        from great_expectations.render.renderer import ExpectationSuitePageRenderer

        document = ExpectationSuitePageRenderer().render(library().ExpectationSuite(**suite))
        html = page(
            "suite.html", **document.to_json_dict(), expectations=suite["expectations"], notes=suite["notes"], **values
        )
        # The renderer shows parameters as code. The page shows names instead of values, because it is about every
        # night.
        return _PARAMETER.sub(r"\1", html).replace("$mostly_pct %", "min_valid")

    return gx_work(work)


def page(template: str, **values: Any) -> str:
    """Return a page made from a template of `include/reports/templates`."""
    html = (
        _environment()
        .get_template(template)
        .render(content_security_policy=CONTENT_SECURITY_POLICY, version=library().__version__, **values)
    )
    return str(html)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    from great_expectations.render.view import DefaultJinjaPageView

    jinja: Environment = DefaultJinjaPageView().env
    # Our templates come first, so ours replaces a template of the library that has the same name.
    ours = FileSystemLoader(environment().include / "reports" / "templates")
    jinja.loader = ChoiceLoader([ours, *filter(None, [jinja.loader])])
    jinja.filters["count"] = lambda value: f"{value:,.0f}".replace(",", "\u202f")
    jinja.filters["share"] = lambda value: f"{100 * value:.3g} %"
    return jinja
