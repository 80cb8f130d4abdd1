"""The week by mail: asked for on `/matin`, ended there or by the link of any of the mails."""

from typing import Annotated

from fastapi import Query
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from synergie.errors import NotFound
from synergie.exchange.weekly_mails import WeeklyMails
from synergie.server.pages.door import (
    Anyone,
    read_posted_form,
    redirect_to,
    require_page_scopes,
)
from synergie.server.pages.frame import Visit, page_router, render_page

router = page_router()

Reader = Annotated[Visit, require_page_scopes("freshness:read")]
_Account = Annotated[str, Query(alias="compte", max_length=100)]
_Seal = Annotated[str, Query(alias="sceau", max_length=100)]
_PATH = "/semaine"
_END = f"{_PATH}/arret"


@router.post(_PATH)
async def choose_mail(visit: Reader) -> Response:
    """Get the week by mail in the language of the page, or no more."""
    form = await read_posted_form(visit)
    lang = visit.lang if form.get("choix") == "oui" else None
    await run_in_threadpool(_get_mails(visit).choose, visit.principal, lang, now=visit.now)
    return redirect_to("/matin", visit)


@router.get(_END)
def end_page(visit: Anyone, compte: _Account = "", sceau: _Seal = "") -> Response:
    """A button: programs that look through mail follow links."""
    return render_page(visit, "semaine_arret.html", account=compte, seal=sceau, ended=False)


@router.post(_END)
async def end_mail(visit: Anyone, compte: _Account = "", sceau: _Seal = "") -> Response:
    """End the mails of who holds a link of one: of a person, or of a mail program (RFC 8058)."""
    visit.services.quotas.call(visit.request.client.host if visit.request.client else "")
    await run_in_threadpool(_get_mails(visit).stop, compte, sceau, now=visit.now)
    return render_page(visit, "semaine_arret.html", account="", seal="", ended=True)


def _get_mails(visit: Visit) -> WeeklyMails:
    found = visit.trust.weekly_mails
    if found is None:
        raise NotFound
    return found
