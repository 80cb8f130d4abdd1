"""The morning as a letter: plain text for an e-mail, no name of a person, no delivery point."""

from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import SMTP
from textwrap import wrap

from synergie.policy.readings.morning import HOME, Due, Morning, Tally
from synergie.reports import french
from synergie.reports.readings.digest_ics import calendar
from synergie.reports.readings.digest_words import (
    Lang,
    Told,
    day_text,
    first_sentence,
    later,
    limits,
    say,
    today,
    told,
    up_to_date,
)

_WIDE = 72
"""Letters of a line (RFC 5322 §2.1.1 allows 998; readers of plain text like fewer)."""


def subject(lang: Lang, morning: Morning) -> str:
    """The subject of the letter: the day and how many series are up to date."""
    day = day_text(lang, morning.at.astimezone(HOME).date())
    fresh = up_to_date(lang, morning.series).removesuffix(".")
    return say(lang, ("Matin du {} : {}", "Morning of {}: {}"), day, fresh)


def text(lang: Lang, morning: Morning, *, name: str, address: str = "") -> str:
    """The letter, lines of 72 letters at most but for addresses; *name*: of the organisation.

    *address* is that of the server, to which the ways are added; empty: ways are left out.
    """
    return "\n".join(_lines(lang, morning, name, address.rstrip("/"))) + "\n"


def message(lang: Lang, morning: Morning, *, name: str, to: str, address: str = "") -> bytes:
    """The letter as a whole e-mail (RFC 5322, UTF-8), its calendar joined; without a sender.

    The program that sends it says who does. *to*: whom it is for.
    """
    mail = EmailMessage(policy=SMTP)
    mail["To"] = " ".join(to.split())
    mail["Subject"] = subject(lang, morning)
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence answers it
    mail.set_content(text(lang, morning, name=name, address=address))
    joined = calendar(lang, morning, name=name, address=address)
    mail.add_attachment(joined, maintype="text", subtype="calendar", filename="echeances.ics")
    return bytes(mail)


def as_json(lang: Lang, morning: Morning) -> dict[str, object]:
    """The morning for programs: sums, flows, and what is due, in the words of *lang*."""
    return {
        "organisation": morning.organisation,
        "at": morning.at.isoformat(),
        "series": _sums(morning.series),
        "flows": [
            {**one.line.model_dump(mode="json"), "series": _sums(one.series),
             "left_out": one.left_out}
            for one in morning.flows
        ],
        "dues": [_due(lang, one) for one in morning.dues],
    }  # fmt: skip


def _sums(tally: Tally) -> dict[str, object]:
    ages = None if tally.ages is None else tally.ages._asdict()
    return {**tally._asdict(), "ages": ages}


def _due(lang: Lang, one: Due) -> dict[str, object]:
    return {
        "kind": one.kind,
        "subject": one.subject,
        "who": one.who,
        "by": one.by,
        "day": None if one.day is None else one.day.isoformat(),
        "last_day": None if one.last_day is None else one.last_day.isoformat(),
        "late_days": one.late_days,
        "title": told(lang, one).title,
    }


def _lines(lang: Lang, morning: Morning, name: str, address: str) -> Iterator[str]:
    yield name
    yield _moment(lang, morning)
    yield ""
    yield from _wrapped(first_sentence(lang, morning))
    groups = today(lang, morning)
    yield from _head(say(lang, ("À faire", "To do")))
    if not groups:
        yield say(lang, ("Rien à faire aujourd'hui.", "Nothing to do today."))
    for group in groups:
        yield from _wrapped(f"{group.who}{french.FIXED if lang == 'fr' else ''}:")
        for one in group.items:
            yield from _item(one, address)
    if flows := [*_flows(lang, morning)]:
        yield from _head(say(lang, ("Flux", "Flows")))
        yield from flows
    if coming := later(lang, morning):
        yield from _head(say(lang, ("À venir", "Coming")))
        for one in coming:
            yield from _item(one, "")
    if address:
        yield ""
        yield f"{address}/"


def _flows(lang: Lang, morning: Morning) -> Iterator[str]:
    for one in morning.flows:
        line = one.line
        colon = f"{french.FIXED}:" if lang == "fr" else ":"
        yield from _wrapped(f"- {line.flow or line.id} ({limits(lang, line)}){colon} {line.reason}")
        if line.who_can_act:
            yield from _wrapped(f"  {line.who_can_act}")


def _item(one: Told, address: str) -> Iterator[str]:
    when = f"{one.when} – " if one.when else ""
    yield from _wrapped(f"- {when}{one.title}")
    if address:
        yield f"  {address}{one.href}"


def _head(title: str) -> Iterator[str]:
    yield ""
    yield title
    yield "-" * len(title)


def _moment(lang: Lang, morning: Morning) -> str:
    if lang == "fr":
        return french.moment(morning.at, HOME)
    local = morning.at.astimezone(HOME)
    return f"{local:%A} {local.day} {local:%B %Y} at {local:%H:%M}, Paris time"


def _wrapped(text_: str) -> list[str]:
    """*text_* in lines; no-break spaces hold, what goes on is set in by two."""
    inset = " " * (len(text_) - len(text_.lstrip(" ")))
    more = inset + ("  " if text_.lstrip().startswith("- ") else "")
    return wrap(
        text_,
        _WIDE,
        subsequent_indent=more,
        break_long_words=False,
        break_on_hyphens=False,
    ) or [""]
