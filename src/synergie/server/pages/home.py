"""`/`: what is used and paid, is what I see today's, and what is to be done, by whom."""

from typing import Annotated

from starlette.responses import Response

from synergie.server.pages.assets.years_view import years_view
from synergie.server.pages.door import require_page_scopes
from synergie.server.pages.frame import Visit, page_router, render_page
from synergie.server.pages.home_view import build_home_view, choose_whom, keep_whom, select_dues
from synergie.server.pages.readings.morning_view import morning_view

router = page_router()

Reader = Annotated[Visit, require_page_scopes("freshness:read")]


@router.get("/")
def home_page(visit: Reader) -> Response:
    """The morning of the visitor's organisation, as far as whom it is read for."""
    whom = choose_whom(visit)
    morning = visit.readings.mornings.read(visit.principal, tell=visit.tell, now=visit.now)
    years = visit.readings.years.all(visit.principal, now=visit.now)
    months = visit.readings.months.read(visit.principal, now=visit.now)
    answer = render_page(
        visit,
        "home.html",
        view=morning_view(visit, select_dues(morning, whom)),
        first=build_home_view(visit, whom, morning, years=years, months=months),
        whom=whom,
        years=years_view(visit, years),
    )
    return keep_whom(visit, whom, answer)
