"""`/`: is what I see today's, and if not why; what is to be done now, and by whom."""

from typing import Annotated

from starlette.responses import Response

from synergie.server.pages.assets.energy_figures import (
    build_known_figure,
    build_month_figure,
    build_year_figures,
)
from synergie.server.pages.assets.years_view import years_view
from synergie.server.pages.door import require_page_scopes
from synergie.server.pages.frame import Visit, page_router, render_page
from synergie.server.pages.readings.morning_view import morning_view

router = page_router()

Reader = Annotated[Visit, require_page_scopes("freshness:read")]


@router.get("/")
def home_page(visit: Reader) -> Response:
    """The morning of the visitor's organisation."""
    morning = visit.readings.mornings.read(visit.principal, tell=visit.tell, now=visit.now)
    table = visit.readings.years.all(visit.principal, now=visit.now)
    months = visit.readings.months.read(visit.principal, now=visit.now)
    return render_page(
        visit,
        "home.html",
        view=morning_view(visit, morning),
        years=years_view(visit, table),
        figures=(build_month_figure(visit, months), *build_year_figures(visit, table)),
        known=build_known_figure(visit, months),
    )
