"""`/matin`: the morning to print, as a letter, as a calendar, and the calendar's secret address.

The address opens without a log-in to whoever holds it: it tells days and kinds, no names, and is
closed with one button. Its secret part is shown once, on the page after the one that made it; it
travels there in a cookie of that page, never in an address.
"""

from typing import Annotated

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from synergie.exchange.calendars import CalendarFeed
from synergie.exchange.trust.accounts import principal_of
from synergie.policy.readings.morning import Morning
from synergie.reports.readings import digest, digest_ics
from synergie.schemas.trust.account import ACCOUNTS
from synergie.server.guard import Now
from synergie.server.house import InHouse
from synergie.server.pages.door import read_posted_form, redirect_to, require_page_scopes
from synergie.server.pages.frame import Visit, page_router, render_page
from synergie.server.pages.readings.morning_view import morning_view

router = page_router()

Reader = Annotated[Visit, require_page_scopes("freshness:read")]

_PATH = "/matin"
_FEEDS = "/agenda"
_COOKIE = "agenda"
_SECONDS = 60
_HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


@router.get(_PATH)
def digest_page(visit: Reader) -> Response:
    """The morning on one page, its files, and the addresses of its calendar."""
    morning = _read_morning(visit)
    secret = visit.request.cookies.get(_COOKIE, "")
    answer = render_page(
        visit,
        "matin.html",
        view=morning_view(visit, morning),
        letter=digest.render_letter(
            visit.lang,
            morning,
            name=_get_visit_organisation(visit),
            address=_get_public_address(visit),
        ),
        feeds=_list_feeds(visit),
        secret=_feed_address(visit, secret) if secret else "",
        weekly=_describe_weekly_mail(visit),
    )
    if secret:
        answer.delete_cookie(_COOKIE, path=_PATH)
    return answer


@router.get(f"{_PATH}.txt")
def digest_text(visit: Reader) -> Response:
    """The letter, with its subject as the first line of its header."""
    text = digest.render_letter(
        visit.lang,
        _read_morning(visit),
        name=_get_visit_organisation(visit),
        address=_get_public_address(visit),
    )
    return Response(text, headers=dict(_HEADERS), media_type="text/plain; charset=utf-8")


@router.get(f"{_PATH}.ics")
def digest_calendar(visit: Reader) -> Response:
    """What is due, as a calendar with its names: for who is logged in."""
    made = digest_ics.render_calendar(
        visit.lang,
        _read_morning(visit),
        name=_get_visit_organisation(visit),
        address=_get_public_address(visit),
    )
    return _build_calendar_answer(made, "echeances.ics")


@router.post(_FEEDS)
async def open_feed(visit: Reader) -> Response:
    """Make a secret address of the calendar; the next page shows it once."""
    await read_posted_form(visit)
    _, secret = await run_in_threadpool(
        visit.readings.calendars.open, visit.principal, now=visit.now
    )
    answer = redirect_to(_PATH, visit)
    answer.set_cookie(
        _COOKIE,
        secret,
        max_age=_SECONDS,
        path=_PATH,
        secure=_get_public_address(visit).startswith("https:"),
        httponly=True,
        samesite="strict",
    )
    return answer


@router.post(f"{_FEEDS}/fermer")
async def close_feed(visit: Reader) -> Response:
    """Close an address for good."""
    form = await read_posted_form(visit)
    feed = str(form.get("adresse", "")).replace("\x00", "")
    await run_in_threadpool(visit.readings.calendars.close, visit.principal, feed, now=visit.now)
    return redirect_to(_PATH, visit)


@router.get(f"{_FEEDS}/{{secret}}.ics")
def feed(request: Request, house: InHouse, now: Now, secret: str) -> Response:
    """What is due, for who holds the address: days and kinds, no names."""
    house.quotas.read(request.client.host if request.client else "")
    reader = house.readings.calendars.reader(secret)
    morning = house.readings.mornings.read(reader, now=now)
    return _build_calendar_answer(
        digest_ics.render_calendar("fr", morning, name="", bare=True), "echeances.ics"
    )


def _describe_weekly_mail(visit: Visit) -> str:
    """Of the week by mail: `on`, `off`, `none` without an address, "" where none is sent."""
    mails = visit.trust.weekly_mails
    if mails is None:
        return ""
    if mails.find_language(visit.principal) is not None:
        return "on"
    return "off" if mails.find_address(visit.principal) else "none"


def _list_feeds(visit: Visit) -> list[tuple[CalendarFeed, str]]:
    """The open addresses that the visitor may close, and who made each."""
    some = visit.readings.calendars.of(visit.principal, now=visit.now)
    names = {}
    if visit.may(ACCOUNTS):
        all_of = visit.trust.accounts.of(visit.principal.organisation, by=visit.principal)
        names = {principal_of(one).client_id: one.label for one in all_of}
    names[visit.principal.client_id] = visit.say("vous", "you")
    open_ = (one for one in some if one.revoked_at is None)
    return [(one, names.get(one.client, one.client)) for one in open_]


def _read_morning(visit: Visit) -> Morning:
    return visit.readings.mornings.read(visit.principal, tell=visit.tell, now=visit.now)


def _get_visit_organisation(visit: Visit) -> str:
    return visit.someone.organisation.name


def _get_public_address(visit: Visit) -> str:
    return visit.services.problems.settings.public_url


def _feed_address(visit: Visit, secret: str) -> str:
    return f"{_get_public_address(visit).rstrip('/')}{_FEEDS}/{secret}.ics"


def _build_calendar_answer(content: bytes, name: str) -> Response:
    headers = {**_HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, headers=headers, media_type="text/calendar; charset=utf-8")
