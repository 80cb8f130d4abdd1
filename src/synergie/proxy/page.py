"""The warning page: what is open, until when, under which agreement, who is told, how to stop."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import Response

from synergie.calendar import load_time_zone
from synergie.client.relay import Relay
from synergie.errors import SynergieError
from synergie.proxy.said import BilingualText, Language, Opened
from synergie.reports.french import format_moment, typeset_french
from synergie.reports.palette import render_css_variables
from synergie.schemas.trust.agreement import Agreement

POLICY = (
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
"""The page loads its own style and nothing else."""

_HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}

GRAINS = {
    "raw": BilingualText("au pas de la mesure", "at the step of the meter"),
    "half_hour": BilingualText("à la demi-heure", "by half-hours"),
    "hour": BilingualText("à l'heure", "by hours"),
    "day": BilingualText("au jour", "by days"),
    "month": BilingualText("au mois", "by months"),
    "year": BilingualText("à l'année", "by years"),
    "aggregate": BilingualText("en sommes de plusieurs points", "as sums of several points"),
}
STATES = {
    "active": BilingualText("en vigueur", "in force"),
    "invalid": BilingualText(
        "n'est plus ce qui a été signé : les lectures sont refusées",
        "no longer what was signed: readings are refused",
    ),
    "suspended": BilingualText(
        "suspendu : les lectures sont refusées", "suspended: readings are refused"
    ),
    "revoked": BilingualText(
        "révoqué : les lectures sont refusées", "revoked: readings are refused"
    ),
    "terminated": BilingualText(
        "terminé : les lectures sont refusées", "ended: readings are refused"
    ),
    "expired": BilingualText(
        "arrivé à son terme : les lectures sont refusées", "over: readings are refused"
    ),
}
_OTHER = BilingualText("pas encore en vigueur", "not in force yet")


@dataclass(frozen=True, slots=True)
class View:
    """What the page shows: every text is ready to print."""

    here: str
    map: str
    """Path of the OGC service of what is open."""
    server: str
    client: str
    title: str | None
    """Title of the agreement. None: the organisation's own data, or it could not be read."""
    agreement: str | None
    owner: str | None
    """Name of the body whose data are opened. None: one's own, or not known just now."""
    grain: BilingualText | None
    state: BilingualText | None
    until: BilingualText | None
    trouble: str | None
    """Why the agreement could not be read just now."""


@dataclass(frozen=True, slots=True)
class Page:
    """The page of one relay, at one moment."""

    relay: Relay
    opened: Opened
    now: datetime

    def at(self, here: str, first: Language) -> Callable[..., Any]:
        """What answers with the page; *here*: the relay's address with its pass word."""

        async def answer(scope: Any, receive: Any, send: Any) -> None:
            order = ("fr", "en") if first == "fr" else ("en", "fr")
            text = (
                _build_environment()
                .get_template("relais.html")
                .render(
                    view=await self._view(here), order=order, made=format_moment(self.now, _PARIS)
                )
            )
            await Response(text, 200, _HEADERS, "text/html")(scope, receive, send)

        return answer

    @property
    def style(self) -> Response:
        """The style of the page."""
        return Response(_render_style(), 200, _HEADERS, "text/css")

    async def _view(self, here: str) -> View:
        found, trouble = None, None
        if self.opened.agreement is not None:
            try:
                found = await self.relay.agreement(self.opened.agreement)
            except SynergieError as error:
                trouble = error.code
        owner = None if found is None else await self.relay.name_of(found.terms.owner)
        return replace(_build_view(self.opened, here, found, trouble), owner=owner)


_PARIS = load_time_zone("Europe/Paris")


def _build_view(opened: Opened, here: str, found: Agreement | None, trouble: str | None) -> View:
    terms = None if found is None else found.terms
    return View(
        here=here,
        map="/ogc/own" if opened.agreement is None else f"/ogc/agreements/{opened.agreement}",
        server=opened.server,
        client=opened.client,
        title=None if terms is None else terms.title,
        agreement=opened.agreement,
        owner=None,
        grain=None if terms is None else GRAINS[terms.granularity],
        state=None if found is None else STATES.get(found.state, _OTHER),
        until=None if terms is None else _describe_end_time(terms.valid_until),
        trouble=trouble,
    )


def _describe_end_time(end: datetime) -> BilingualText:
    at = end.astimezone(_PARIS).isoformat(timespec="minutes")
    return BilingualText(f"jusqu'au {format_moment(end, _PARIS)}", f"until {at}")


@lru_cache(maxsize=1)
def _build_environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("synergie.proxy"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["typeset"] = typeset_french
    return environment


@lru_cache(maxsize=1)
def _render_style() -> str:
    own = files("synergie.proxy").joinpath("templates", "relais.css").read_text("utf-8")
    return f"{render_css_variables()}{own}"
