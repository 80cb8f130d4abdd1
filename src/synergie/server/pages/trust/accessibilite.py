"""`/accessibilite` and `/aide`: the statement that the law asks for, and where help is."""

from starlette.responses import Response

from synergie.server.pages.door import Anyone
from synergie.server.pages.frame import page_router, render_page

router = page_router()


@router.get("/accessibilite")
def accessibility(*, visit: Anyone) -> Response:
    """The accessibility statement (law 2005-102 art. 47, decree 2019-768)."""
    return render_page(visit, "accessibilite.html")


@router.get("/aide")
def help_page(*, visit: Anyone) -> Response:
    """What each page answers, and whom to ask."""
    return render_page(visit, "aide.html")
