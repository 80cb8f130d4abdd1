"""`/accords/cle`: the signing key that the organisation lets this server hold, or not.

`/accords/besoins/…`: what somebody without an account would like to read, and the answer.
"""

from collections.abc import Callable
from typing import Annotated

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from synergie.errors import BadInput, NotFound, SynergieError, Words
from synergie.reports.trust import agreement_words as words
from synergie.schemas.trust.account import ACCOUNTS
from synergie.server.pages.door import read_posted_form, redirect_to, require_page_scopes
from synergie.server.pages.frame import Visit, page_router, render_page
from synergie.server.pages.trust.agreement_faults import fault_told

router = page_router()

Keeper = Annotated[Visit, require_page_scopes(ACCOUNTS)]
Reader = Annotated[Visit, require_page_scopes("agreements:read")]
Writer = Annotated[Visit, require_page_scopes("agreements:write")]

_KEY = "/accords/cle"


@router.get(_KEY)
def key_page(*, visit: Reader) -> Response:
    """Whether a key is held, which one, since when; the keeper may change it."""
    return _render_key_page(visit)


@router.post("/accords/cle/{what}")
async def change_key(*, visit: Keeper, what: str) -> Response:
    """Make one, bring one, let it go: each only once the box is ticked."""
    form = await read_posted_form(visit)
    confirmed, text = form.get("confirm") == "yes", str(form.get("key", ""))
    return await run_in_threadpool(_change_key, visit, what, text, confirmed=confirmed)


@router.get("/accords/besoins/{need_id}")
def need_page(*, visit: Reader, need_id: str) -> Response:
    """One need, and what can be answered."""
    need = visit.services.needs_asked.read(visit.principal, need_id, now=visit.now)
    return render_page(visit, "asked_need.html", kept=need, words=words)


@router.post("/accords/besoins/{need_id}/refuser")
async def refuse_need(*, visit: Writer, need_id: str) -> Response:
    """Say no; the asker is answered by people, not by the server."""
    await read_posted_form(visit)
    refuse = visit.services.needs_asked.refuse
    await run_in_threadpool(refuse, visit.principal, need_id, now=visit.now)
    return redirect_to(f"/accords/besoins/{need_id}", visit)


def _change_key(visit: Visit, what: str, text: str, *, confirmed: bool) -> Response:
    keys, caller, now = visit.trust.held_keys, visit.principal, visit.now
    acts: dict[str, Callable[[], object]] = {
        "creer": lambda: keys.make(caller, now=now),
        "apporter": lambda: keys.bring(caller, text.strip(), now=now),
        "retirer": lambda: keys.let_go(caller, now=now),
    }
    if what not in acts:
        raise NotFound
    try:
        if not confirmed:
            raise BadInput("/confirm", Words("nothing"), "the box that says that you want it")
        acts[what]()
    except SynergieError as error:
        status = visit.services.problems.document(error).status
        return _render_key_page(visit, fault=fault_told(visit, error), status=status)
    return redirect_to(_KEY, visit)


def _render_key_page(visit: Visit, *, fault: str | None = None, status: int = 200) -> Response:
    held = visit.trust.held_keys.read(visit.principal, now=visit.now)
    keeper = visit.may(ACCOUNTS)
    return render_page(visit, "held_key.html", status=status, held=held, fault=fault, keeper=keeper)
