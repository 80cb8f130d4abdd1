"""Who comes to a page: `enters(scope)`, `Anyone`, and `posted` for what they send.

A page has no door of its own: a person is a Principal, and what it opens is decided where a
program's request is decided. Here is only who it is, and that the form is theirs.
"""

from collections.abc import AsyncIterator
from hashlib import sha256
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse

from synergie.errors import NotAllowed, SynergieError
from synergie.exchange.trust.accounts import Present
from synergie.schemas.scopes import SCOPES
from synergie.schemas.trust.account import ACCOUNTS, scopes_of
from synergie.server.guard import Now
from synergie.server.house import get_services
from synergie.server.log import logger
from synergie.server.pages._errors import Leave
from synergie.server.pages._typed import (
    CSRF,
    Forged,
    FormToResend,
    form_of,
    has_masked_value,
    let_go,
    origin_of,
)
from synergie.server.pages.visit import Visit, Visitor, keep_lang, lang_of, mask_secret

__all__ = [
    "Anyone",
    "Visitor",
    "cookie_name",
    "read_posted_form",
    "redirect_to",
    "require_page_scopes",
    "set_sitting_cookie",
]

_KNOWN = frozenset((*SCOPES, ACCOUNTS))
_SAFE = ("GET", "HEAD")
_SESSIONS = "/mes-sessions"


def cookie_name(request: Request) -> str:
    """The cookie of the sitting: `__Host-` (RFC 6265bis) where the address is https."""
    return "__Host-synergie" if _is_https(request) else "synergie"


async def _open_anyone_visit(request: Request, now: Now) -> AsyncIterator[Visit]:
    visit, present = await _build_visit(request, now)
    if visit.visitor is None:
        get_services(request).quotas.read(_get_client_address(request))
    yield visit
    await _finish_visit(visit, present)


def _build_entering_visit(*scopes: str) -> Any:
    async def entering(request: Request, now: Now) -> AsyncIterator[Visit]:
        visit, present = await _build_visit(request, now)
        if visit.visitor is None:
            await _turned_away(visit)
        if _needs_fresh_login(visit, scopes):
            await _turned_away(visit)
        if not visit.may(*scopes):
            raise NotAllowed(next(one for one in scopes if not visit.may(one)))
        yield visit
        await _finish_visit(visit, present)

    return entering


Anyone = Annotated[Visit, Depends(_open_anyone_visit)]
"""A page that is open to all; `visit.visitor` may be None."""


def require_page_scopes(*scopes: str) -> Any:
    """The dependency of a page that needs somebody whose role opens all of *scopes*.

    Nobody logged in: a GET goes to `/entrer` and comes back; what a form brought is kept on a
    page. Another role: a page says which role opens it. Without a scope: anybody logged in.
    """
    unknown = set(scopes).difference(_KNOWN)
    if unknown:
        raise ValueError(f"no such scope: {sorted(unknown)}")
    return Depends(_build_entering_visit(*scopes))


async def read_posted_form(visit: Visit, *, log_in: bool = False) -> FormData:
    """What the form of *visit* brought, once it is known to be the person's own.

    One that another site sent is refused, and told to the journal; one of ours with an old token
    comes back on a page to be sent again (both leave by an exception), and so does one that meets
    a refusal that passes. A *log_in* needs no token, but comes from a page of ours as well.
    """
    origin = origin_of(visit.request)
    if origin.known and not origin.ours:
        await _refuse_forged_form(visit)
    form = await form_of(visit.request)
    token = visit.request.cookies.get(cookie_name(visit.request), "")
    known = visit.visitor is not None and has_masked_value(
        form.get(CSRF), _derive_form_secret(token)
    )
    if not known and not origin.known:
        await _refuse_forged_form(visit)
    if known or visit.visitor is None or log_in:
        visit.request.state.brought = form
        return form
    await let_go(visit.request)
    raise FormToResend(form, ended=False)


def redirect_to(path: str, visit: Visit) -> Response:
    """The answer to a form that was taken: see *path*."""
    answer = RedirectResponse(path, 303, headers={"Cache-Control": "no-store"})
    keep_lang(visit, answer)
    return answer


def set_sitting_cookie(request: Request, answer: Response, token: str, *, seconds: int) -> Response:
    """*answer* with the cookie of a sitting; an empty *token* takes it away."""
    answer.set_cookie(
        cookie_name(request),
        token,
        max_age=seconds if token else 0,
        path="/",
        secure=_is_https(request),
        httponly=True,
        samesite="lax",
    )
    return answer


async def _build_visit(request: Request, now: Now) -> tuple[Visit, Present | None]:
    token = request.cookies.get(cookie_name(request), "")
    accounts = get_services(request).trust.accounts
    present = await run_in_threadpool(accounts.present, token, now=now) if token else None
    visit = Visit(
        request=request,
        lang=lang_of(request),
        now=now,
        visitor=None if present is None else _build_visitor(present, token),
    )
    request.state.visit = visit
    if present is not None:
        request.state.principal = present.principal
        get_services(request).count(present.principal)
    return visit, present


def _build_visitor(present: Present, token: str) -> Visitor:
    return Visitor(
        principal=present.principal,
        account=present.account.id,
        label=present.account.label,
        role=present.account.role,
        organisation=present.organisation,
        csrf=mask_secret(_derive_form_secret(token)),
        sitting=present.sitting,
        recent=present.recent,
        reads_only=present.reads_only,
    )


async def _turned_away(visit: Visit) -> None:
    if visit.request.method in _SAFE:
        raise Leave(redirect_to("/entrer?" + urlencode({"vers": visit.path}), visit))
    get_services(visit.request).quotas.read(_get_client_address(visit.request))
    origin = origin_of(visit.request)
    if not origin.ours:
        raise Forged
    form = await form_of(visit.request)
    await let_go(visit.request)
    raise FormToResend(form, ended=True)


def _needs_fresh_login(visit: Visit, scopes: tuple[str, ...]) -> bool:
    """Whether a trusted device asks for what the role opens and reading alone does not.

    What it sends is no reading, but to end sessions.
    """
    if visit.visitor is None or not visit.visitor.reads_only:
        return False
    if visit.request.method not in _SAFE and visit.request.url.path != _SESSIONS:
        return True
    return not visit.may(*scopes) and scopes_of(visit.visitor.role).issuperset(scopes)


async def _refuse_forged_form(visit: Visit) -> None:
    if visit.visitor is not None:
        refused = get_services(visit.request).trust.accounts.refused
        await run_in_threadpool(refused, visit.principal, "forged_form", now=visit.now)
    raise Forged


async def _finish_visit(visit: Visit, present: Present | None) -> None:
    await let_go(visit.request)
    await _record_sitting_use(visit, present)


async def _record_sitting_use(visit: Visit, present: Present | None) -> None:
    """Note that the sitting is used, once the page is out: a long write holds nobody up."""
    if present is None or not present.due:
        return
    try:
        await run_in_threadpool(
            get_services(visit.request).trust.accounts.see, present.sitting, now=visit.now
        )
    except SynergieError as error:  # the store is busy: the next request will do it
        logger().warning("account.not_seen", reason=error.code)


def _derive_form_secret(token: str) -> bytes:
    """What a form of the sitting proves to know; it does not tell the cookie."""
    return sha256(b"synergie-csrf\x00" + token.encode()).digest()


def _is_https(request: Request) -> bool:
    return get_services(request).problems.settings.public_url.startswith("https:")


def _get_client_address(request: Request) -> str:
    return request.client.host if request.client else ""
