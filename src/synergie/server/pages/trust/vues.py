"""`/vues`: the views that somebody keeps, and those that the organisation shares."""

from dataclasses import dataclass
from typing import Annotated

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from synergie.errors import BadInput
from synergie.exchange.trust.saved_views import SavedView, may_change_view, parse_view_address
from synergie.reports.explore import list_table_forms
from synergie.server.pages.door import read_posted_form, redirect_to, require_page_scopes
from synergie.server.pages.frame import Visit, page_router, render_page
from synergie.server.pages.plans_forms import get_form_field
from synergie.server.pages.visit import find_menu_entry

router = page_router()

_PATH = "/vues"

Here = Annotated[Visit, require_page_scopes()]


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewLine:
    """One view as a row: of which page, its files, and whether the visitor may change it."""

    one: SavedView
    page: str
    files: tuple[tuple[str, str], ...]
    mine: bool
    changes: bool


@router.get(_PATH)
def views_page(*, visit: Here) -> Response:
    """Each view, its files, another name, and the way to forget it."""
    lines = [_build_view_line(visit, one) for one in visit.list_views()]
    return render_page(visit, "vues.html", lines=lines)


@router.post(_PATH)
async def save(*, visit: Here) -> Response:
    """Keep the view of a page, and come back to it."""
    form = await read_posted_form(visit)
    address = parse_view_address(get_form_field(form, "adresse"))
    if find_menu_entry(address) is None:
        raise BadInput("/address", address, "the path and query of a page of this server")
    await run_in_threadpool(
        visit.trust.saved_views.save,
        visit.principal,
        get_form_field(form, "nom"),
        address,
        shared=get_form_field(form, "partagee") == "1",
        now=visit.now,
    )
    return redirect_to(address, visit)


@router.post(f"{_PATH}/{{view}}/nom")
async def rename(*, visit: Here, view: str) -> Response:
    """Give a view another name."""
    form = await read_posted_form(visit)
    name = get_form_field(form, "nom")
    rename = visit.trust.saved_views.rename
    await run_in_threadpool(rename, visit.principal, view, name, now=visit.now)
    return redirect_to(_PATH, visit)


@router.post(f"{_PATH}/{{view}}/supprimer")
async def delete(*, visit: Here, view: str) -> Response:
    """Forget a view."""
    await read_posted_form(visit)
    delete = visit.trust.saved_views.delete
    await run_in_threadpool(delete, visit.principal, view, now=visit.now)
    return redirect_to(_PATH, visit)


def _build_view_line(visit: Visit, one: SavedView) -> ViewLine:
    entry = find_menu_entry(one.address)
    joined = f"{one.address}{'&' if '?' in one.address else '?'}format="
    return ViewLine(
        one=one,
        page=visit.say(entry.french, entry.english) if entry else visit.say("absente", "absent"),
        files=tuple((form.upper(), f"{joined}{form}") for form in list_table_forms()),
        mine=one.client == visit.principal.client_id,
        changes=may_change_view(visit.principal, one) and not visit.someone.reads_only,
    )
