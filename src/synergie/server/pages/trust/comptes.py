"""`/comptes`: who of the organisation may log in, and with which role. The keeper's page."""

from typing import Annotated
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.responses import Response

from synergie.errors import Conflict
from synergie.schemas.trust.account import ACCOUNTS, ROLES
from synergie.server.pages.door import read_posted_form, redirect_to, require_page_scopes
from synergie.server.pages.frame import Visit, page_router, render_page
from synergie.server.pages.readings.once import Once
from synergie.server.pages.trust._account_words import describe_account_act

router = page_router()

_PATH = "/comptes"

Keeper = Annotated[Visit, require_page_scopes(ACCOUNTS)]


@router.get(_PATH)
def accounts_page(*, visit: Keeper) -> Response:
    """The accounts of the keeper's organisation."""
    found = visit.trust.accounts.of(visit.principal.organisation, by=visit.principal)
    n_open = sum(one.closed_at is None for one in found)
    return render_page(visit, "comptes.html", accounts=found, n_open=n_open, roles=ROLES)


@router.post(_PATH)
async def open_account(*, visit: Keeper) -> Response:
    """Open an account of the keeper's organisation."""
    form = await read_posted_form(visit)
    made = await run_in_threadpool(
        visit.trust.accounts.add,
        visit.principal.organisation,
        str(form.get("fonction", "")),
        str(form.get("role", "")),
        mail=_read_mail(visit, form),
        by=visit.principal,
        now=visit.now,
    )
    return redirect_to(_build_account_path(made.id), visit)


@router.get(_PATH + "/{account_id}")
def account_page(*, visit: Keeper, account_id: str) -> Response:
    """One account; a link that was just made is shown, and never again."""
    accounts, by = visit.trust.accounts, visit.principal
    account = accounts.read(account_id, by=by)
    token = _build_link_once(account_id).value(visit)
    answer = render_page(
        visit,
        "compte.html",
        account=account,
        roles=ROLES,
        own=account.id == visit.someone.account,
        link=_build_link_address(visit, token) if token else "",
        minutes=round(accounts.spans.link.total_seconds() / 60),
        sittings=accounts.sittings(account_id, by=by, now=visit.now),
        acts=[
            (one.at, describe_account_act(visit, one))
            for one in accounts.acts(account_id, by=by, now=visit.now)
        ],
        n_passkeys=len(visit.trust.passkeys.of(account_id)),
        closing="fermer" in visit.request.query_params,
        mails=visit.trust.login_mails is not None,
    )
    return _build_link_once(account_id).forget_secret(visit, answer)


@router.post(_PATH + "/{account_id}/lien")
async def make_link(*, visit: Keeper, account_id: str) -> Response:
    """Make a one-time link, to be shown once, for a keeper who logged in just now.

    A link is a way in: a session that somebody else found open must not make one (ASVS 7.5.1).
    """
    await read_posted_form(visit)
    _require_recent_login(visit)
    link = visit.trust.accounts.link
    token = await run_in_threadpool(link, account_id, by=visit.principal, now=visit.now)
    return _build_link_once(account_id).hand(
        visit, redirect_to(_build_account_path(account_id), visit), token
    )


@router.post(_PATH + "/{account_id}/role")
async def change_role(*, visit: Keeper, account_id: str) -> Response:
    """Give an account another role, from its next request on."""
    form = await read_posted_form(visit)
    change, role = visit.trust.accounts.change_role, str(form.get("role", ""))
    await run_in_threadpool(change, account_id, role, by=visit.principal, now=visit.now)
    return redirect_to(_build_account_path(account_id), visit)


@router.post(_PATH + "/{account_id}/courriel")
async def change_mail(*, visit: Keeper, account_id: str) -> Response:
    """Change where links to log in are sent: a way in, too, as a link is."""
    form = await read_posted_form(visit)
    _require_recent_login(visit)
    change, mail = visit.trust.accounts.change_mail, str(form.get("courriel", ""))
    await run_in_threadpool(change, account_id, mail, by=visit.principal, now=visit.now)
    return redirect_to(_build_account_path(account_id), visit)


@router.post(_PATH + "/{account_id}/sessions")
async def end_sittings(*, visit: Keeper, account_id: str) -> Response:
    """End every sitting of an account; the keeper's own goes on."""
    await read_posted_form(visit)
    end, here = visit.trust.accounts.end_all, visit.someone.sitting
    await run_in_threadpool(end, account_id, but=here, by=visit.principal, now=visit.now)
    return redirect_to(_build_account_path(account_id), visit)


@router.post(_PATH + "/{account_id}/cles")
async def drop_passkeys(*, visit: Keeper, account_id: str) -> Response:
    """Remove the passkeys of an account: a device is lost."""
    await read_posted_form(visit)
    drop = visit.trust.passkeys.drop_all
    await run_in_threadpool(drop, account_id, by=visit.principal, now=visit.now)
    return redirect_to(_build_account_path(account_id), visit)


@router.post(_PATH + "/{account_id}/fermer")
async def close(*, visit: Keeper, account_id: str) -> Response:
    """Close an account: its next request is refused."""
    await read_posted_form(visit)
    end = visit.trust.accounts.close
    await run_in_threadpool(end, account_id, by=visit.principal, now=visit.now)
    return redirect_to(_build_account_path(account_id), visit)


def _require_recent_login(visit: Visit) -> None:
    if not visit.someone.recent:
        raise Conflict("old log-in", "a log-in of the last half hour")


def _read_mail(visit: Visit, form: FormData) -> str:
    """The address that a form brought; with one, a fresh log-in: it is a way in."""
    mail = str(form.get("courriel", ""))
    if mail.strip():
        _require_recent_login(visit)
    return mail


def _build_link_once(account_id: str) -> Once:
    return Once("lien", _build_account_path(account_id))


def _build_account_path(account_id: str) -> str:
    return f"{_PATH}/{quote(account_id, safe='')}"


def _build_link_address(visit: Visit, token: str) -> str:
    return f"{visit.services.problems.settings.public_url}/entrer/lien?jeton={token}"
