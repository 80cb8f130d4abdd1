"""`/catalogue`: what can be asked, under which conditions, and who can grant it. For all."""

from starlette.responses import Response

from synergie.reports.publication import catalogue
from synergie.reports.trust import agreement_words as words
from synergie.server.pages.door import Anyone
from synergie.server.pages.frame import page_router, render_page

router = page_router()


@router.get("/catalogue")
def catalogue_page(*, visit: Anyone) -> Response:
    """The catalogue: the same on every server, whatever it holds."""
    return render_page(visit, "catalogue.html", catalogue=catalogue, words=words)
