"""Log in and out: `/entrer`. A GET never uses a one-time link up: previews of it do nothing."""

import json
import re
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Query
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.responses import Response

from synergie.errors import NotAuthenticated, NotFound
from synergie.exchange.trust.accounts import Browser, Entered
from synergie.exchange.trust.login_mails import GOOD_FOR
from synergie.server.house import get_services
from synergie.server.pages.door import (
    Anyone,
    cookie_name,
    read_posted_form,
    redirect_to,
    set_sitting_cookie,
)
from synergie.server.pages.frame import Visit, page_router, render_page
from synergie.server.problems import note

router = page_router()

_FORBIDDEN = 403
_CONTROL = re.compile(r"[\x00-\x1f\x7f\\]")
_BROWSERS = (
    ("Firefox/", "Firefox"), ("Edg/", "Edge"), ("OPR/", "Opera"), ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iOS"), ("iPad", "iOS"), ("Windows", "Windows"),
    ("Mac OS X", "macOS"), ("Linux", "Linux"),
)  # fmt: skip

Towards = Annotated[str, Query(alias="vers", max_length=2000)]
Token = Annotated[str, Query(alias="jeton", max_length=200)]


@router.get("/entrer")
async def enter_page(*, visit: Anyone, vers: Towards = "/") -> Response:
    """How to log in."""
    passkeys = visit.trust.passkeys
    options = json.dumps(passkeys.options(now=visit.now)) if passkeys.available else ""
    told = visit.request.query_params
    return render_page(
        visit,
        "entrer.html",
        towards=check_own_path(vers),
        options=options,
        left="sorti" in told,
        mails=visit.trust.login_mails is not None,
        asked="demande" in told,
        minutes=round(GOOD_FOR.total_seconds() / 60),
        days=visit.trust.accounts.spans.trusted.days,
    )


@router.post("/entrer/courriel")
async def ask_for_link(*, visit: Anyone) -> Response:
    """Ask for a link by mail: one answer for an address that is known and for one that is not.

    Each counts as a failure of its sender's address, so that nobody floods others with mail.
    """
    get_services(visit.request).quotas.call(_get_visit_address(visit))
    form = await read_posted_form(visit, log_in=True)
    mails = visit.trust.login_mails
    if mails is None:
        raise NotFound
    visit.services.quotas.failed(_get_visit_address(visit))
    await run_in_threadpool(
        mails.ask,
        str(form.get("courriel", "")),
        lang=visit.lang,
        path=check_own_path(str(form.get("vers", "/"))),
        now=visit.now,
    )
    return redirect_to("/entrer?demande=oui", visit)


@router.get("/entrer/lien")
async def link_page(*, visit: Anyone, jeton: Token = "", vers: Towards = "/") -> Response:
    """A button: the same for a good link, a used one and a guessed one."""
    return render_page(
        visit,
        "lien.html",
        token=jeton,
        towards=check_own_path(vers),
        days=visit.trust.accounts.spans.trusted.days,
    )


@router.post("/entrer/lien")
async def enter(*, visit: Anyone) -> Response:
    """Use a link up and begin a sitting; a link that is not good leaves no trace of which."""
    get_services(visit.request).quotas.call(_get_visit_address(visit))
    form = await read_posted_form(visit, log_in=True)
    towards, token = check_own_path(str(form.get("vers", "/"))), str(form.get("jeton", ""))
    browser = read_browser(visit, form)
    try:
        entered = await run_in_threadpool(
            visit.trust.accounts.enter, token[:200], browser=browser, now=visit.now
        )
    except NotAuthenticated as error:
        return render_failed_login(visit, error)
    return _begin_sitting(visit, entered, towards)


@router.post("/entrer/cle")
async def enter_by_passkey(*, visit: Anyone) -> Response:
    """Begin a sitting for whom a passkey of ours signed."""
    get_services(visit.request).quotas.call(_get_visit_address(visit))
    form = await read_posted_form(visit, log_in=True)
    try:
        entered = await run_in_threadpool(
            visit.trust.passkeys.enter,
            str(form.get("reponse", "")),
            browser=read_browser(visit, form),
            now=visit.now,
        )
    except NotAuthenticated as error:
        return render_failed_login(visit, error)
    return _begin_sitting(visit, entered, check_own_path(str(form.get("vers", "/"))))


@router.post("/sortir")
async def leave(*, visit: Anyone) -> Response:
    """End the sitting; whose has ended already is logged out, too."""
    if visit.visitor is not None:
        await read_posted_form(visit)
        await run_in_threadpool(
            visit.trust.accounts.end,
            visit.visitor.account,
            visit.visitor.sitting,
            by=visit.principal,
            now=visit.now,
        )
    return set_sitting_cookie(visit.request, redirect_to("/entrer?sorti=oui", visit), "", seconds=0)


def _begin_sitting(visit: Visit, entered: Entered, towards: str) -> Response:
    seconds = int((entered.until - visit.now).total_seconds())
    return set_sitting_cookie(
        visit.request, redirect_to(towards, visit), entered.token, seconds=seconds
    )


def render_failed_login(visit: Visit, error: NotAuthenticated) -> Response:
    """The page of a log-in that failed; it counts as a failure of its address."""
    note(visit.request.scope, error)
    visit.services.quotas.failed(_get_visit_address(visit))
    by = "passkey" if error.error == "bad_passkey" else "link"
    return render_page(visit, "lien_refuse.html", status=_FORBIDDEN, by=by)


def read_browser(visit: Visit, form: FormData) -> Browser:
    """What the browser of *visit* brings to a log-in, and whether the person trusts it."""
    told = visit.request.headers.get("user-agent", "")
    words = [
        next((name for mark, name in known if mark in told), None)
        for known in (_BROWSERS, _SYSTEMS)
    ]
    name = " / ".join(word for word in words if word)
    cookie = visit.request.cookies.get(cookie_name(visit.request))
    return Browser(cookie=cookie, name=name or None, trusted=form.get("garder") == "1")


def check_own_path(path: str) -> str:
    """*path* when it is one of ours; `/` otherwise: a log-in leads nowhere else (CWE-601)."""
    if not path.startswith("/") or path.startswith("//") or _CONTROL.search(path):
        return "/"
    parts = urlsplit(path)
    return "/" if parts.scheme or parts.netloc or parts.path.startswith("/entrer") else path


def _get_visit_address(visit: Visit) -> str:
    return visit.request.client.host if visit.request.client else ""
