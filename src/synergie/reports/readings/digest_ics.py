"""A calendar of what is due (iCalendar, RFC 5545): whole days, always the same bytes.

The same thing keeps its identifier; when it is told otherwise its SEQUENCE and DTSTAMP move.
"""

from datetime import UTC, date, timedelta
from hashlib import sha256
from importlib import import_module
from typing import Any

from synergie.errors import MissingExtra
from synergie.policy.readings.morning import HOME, Due, Morning
from synergie.reports.readings.digest_words import (
    Lang,
    build_due_notice,
    choose_filled_text,
    describe_due_days,
)

_PRODUCT = "-//synergie//matin//FR"
_REFRESH = timedelta(hours=12)
_DAY = timedelta(days=1)
_MARKET = frozenset({"switch_notice", "switch", "price_revision", "supply_ends"})
_BY_DAY = frozenset({"deposit", "offer_expires", "rounds"}) | _MARKET
"""Kinds of which one subject has several, one a day or week."""


def render_calendar(
    lang: Lang, morning: Morning, *, name: str, address: str = "", bare: bool = False
) -> bytes:
    """What *morning* tells to be due on a day, as a calendar named after *name*.

    *address*: of the server, for the way to where it is done. *bare*: days and kinds, no names,
    for an address that opens to whoever holds it. MissingExtra("report").
    """
    try:
        library: Any = import_module("icalendar")
    except ModuleNotFoundError as error:
        raise MissingExtra("report") from error
    made = library.Calendar()
    made.add("prodid", _PRODUCT)
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", "PUBLISH")
    title = choose_filled_text(lang, ("Échéances", "What is due")) if bare else name
    for field in ("name", "x-wr-calname"):  # the library escapes neither by itself
        made.add(field, library.vText(title))
    made.add("refresh-interval", _REFRESH, parameters={"VALUE": "DURATION"})
    events = [
        _build_event(library, lang, one, owner=morning.organisation, address=address, bare=bare)
        for one in morning.dues
        if one.day is not None
    ]
    for event in sorted(events, key=lambda each: (each["dtstart"].dt, str(each["uid"]))):
        made.add_component(event)
    if not events:  # a calendar holds one component at least (RFC 5545 §3.6)
        made.add_component(library.Timezone.from_tzid(HOME.key))
    packed: bytes = made.to_ical()
    return packed


def _build_event(
    library: Any, lang: Lang, due: Due, *, owner: str, address: str, bare: bool
) -> Any:
    words = build_due_notice(lang, due, bare=bare)
    first = due.day or date.min
    event = library.Event()
    event.add("uid", compute_due_uid(due, owner))
    event.add("dtstamp", due.revised_at.astimezone(UTC).replace(microsecond=0))
    event.add("sequence", due.revision)
    event.add("dtstart", first)
    event.add("dtend", (due.last_day or first) + _DAY)  # excluded (RFC 5545 §3.6.1)
    event.add("summary", words.title)
    event.add("transp", "TRANSPARENT")
    event.add("class", "PRIVATE")
    if not bare:
        event.add(
            "description",
            "\n".join(
                filter(None, (describe_due_days(lang, due), _build_link(address, words.href)))
            ),
        )
    return event


def _build_link(address: str, href: str) -> str:
    return f"{address.rstrip('/')}{href}" if address else ""


def compute_due_uid(due: Due, owner: str) -> str:
    """An identifier that stays, of nothing that may change; it tells nothing of what it is."""
    by_day = due.day.isoformat() if due.kind in _BY_DAY and due.day is not None else ""
    told_ = f"{owner}\x1f{due.kind}\x1f{due.subject}\x1f{by_day}"
    return f"{sha256(told_.encode()).hexdigest()[:32]}@synergie.invalid"
