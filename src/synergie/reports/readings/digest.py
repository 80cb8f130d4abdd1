"""The morning as a letter: plain text for an e-mail, no name of a person, no delivery point."""

from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import SMTP
from textwrap import wrap

from synergie.policy.readings.morning import HOME, Due, Morning, Tally
from synergie.reports import french
from synergie.reports.readings.digest_ics import render_calendar
from synergie.reports.readings.digest_words import (
    DueNotice,
    Lang,
    build_due_notice,
    choose_filled_text,
    day_text,
    describe_limits,
    first_sentence,
    group_due_by_actor,
    list_later_notices,
    up_to_date,
)

_WIDE = 72
"""Letters of a line (RFC 5322 §2.1.1 allows 998; readers of plain text like fewer)."""


def build_subject(lang: Lang, morning: Morning) -> str:
    """The subject of the letter: the day and how many series are up to date."""
    day = day_text(lang, morning.at.astimezone(HOME).date())
    fresh = up_to_date(lang, morning.series).removesuffix(".")
    return choose_filled_text(lang, ("Matin du {} : {}", "Morning of {}: {}"), day, fresh)


def render_letter(lang: Lang, morning: Morning, *, name: str, address: str = "") -> str:
    """The letter, lines of 72 letters at most but for addresses; *name*: of the organisation.

    *address* is that of the server, to which the ways are added; empty: ways are left out.
    """
    return "\n".join(_iterate_letter_lines(lang, morning, name, address.rstrip("/"))) + "\n"


def build_message(lang: Lang, morning: Morning, *, name: str, to: str, address: str = "") -> bytes:
    """The letter as a whole e-mail (RFC 5322, UTF-8), its calendar joined; without a sender.

    The program that sends it says who does. *to*: whom it is for.
    """
    mail = EmailMessage(policy=SMTP)
    mail["To"] = " ".join(to.split())
    mail["Subject"] = build_subject(lang, morning)
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence answers it
    mail.set_content(render_letter(lang, morning, name=name, address=address))
    joined = render_calendar(lang, morning, name=name, address=address)
    mail.add_attachment(joined, maintype="text", subtype="calendar", filename="echeances.ics")
    return bytes(mail)


def as_json(lang: Lang, morning: Morning) -> dict[str, object]:
    """The morning for programs: sums, flows, and what is due, in the words of *lang*."""
    return {
        "organisation": morning.organisation,
        "at": morning.at.isoformat(),
        "series": _dump_tally(morning.series),
        "flows": [
            {**one.line.model_dump(mode="json"), "series": _dump_tally(one.series),
             "left_out": one.left_out}
            for one in morning.flows
        ],
        "dues": [_dump_due(lang, one) for one in morning.dues],
    }  # fmt: skip


def _dump_tally(tally: Tally) -> dict[str, object]:
    ages = None if tally.ages is None else tally.ages._asdict()
    return {**tally._asdict(), "ages": ages}


def _dump_due(lang: Lang, one: Due) -> dict[str, object]:
    return {
        "kind": one.kind,
        "subject": one.subject,
        "who": one.who,
        "by": one.by,
        "day": None if one.day is None else one.day.isoformat(),
        "last_day": None if one.last_day is None else one.last_day.isoformat(),
        "late_days": one.late_days,
        "title": build_due_notice(lang, one).title,
    }


def _iterate_letter_lines(lang: Lang, morning: Morning, name: str, address: str) -> Iterator[str]:
    yield name
    yield _format_letter_moment(lang, morning)
    yield ""
    yield from _wrap_text(first_sentence(lang, morning))
    groups = group_due_by_actor(lang, morning)
    yield from _iterate_head_lines(choose_filled_text(lang, ("À faire", "To do")))
    if not groups:
        yield choose_filled_text(lang, ("Rien à faire aujourd'hui.", "Nothing to do today."))
    for group in groups:
        yield from _wrap_text(f"{group.who}{french.FIXED if lang == 'fr' else ''}:")
        for one in group.items:
            yield from _iterate_item_lines(one, address)
    if flows := [*_iterate_flow_lines(lang, morning)]:
        yield from _iterate_head_lines(choose_filled_text(lang, ("Flux", "Flows")))
        yield from flows
    if coming := list_later_notices(lang, morning):
        yield from _iterate_head_lines(choose_filled_text(lang, ("À venir", "Coming")))
        for one in coming:
            yield from _iterate_item_lines(one, "")
    if address:
        yield ""
        yield f"{address}/"


def _iterate_flow_lines(lang: Lang, morning: Morning) -> Iterator[str]:
    for one in morning.flows:
        line = one.line
        colon = f"{french.FIXED}:" if lang == "fr" else ":"
        yield from _wrap_text(
            f"- {line.flow or line.id} ({describe_limits(lang, line)}){colon} {line.reason}"
        )
        if line.who_can_act:
            yield from _wrap_text(f"  {line.who_can_act}")


def _iterate_item_lines(one: DueNotice, address: str) -> Iterator[str]:
    when = f"{one.when} – " if one.when else ""
    yield from _wrap_text(f"- {when}{one.title}")
    if address:
        yield f"  {address}{one.href}"


def _iterate_head_lines(title: str) -> Iterator[str]:
    yield ""
    yield title
    yield "-" * len(title)


def _format_letter_moment(lang: Lang, morning: Morning) -> str:
    if lang == "fr":
        return french.format_moment(morning.at, HOME)
    local = morning.at.astimezone(HOME)
    return f"{local:%A} {local.day} {local:%B %Y} at {local:%H:%M}, Paris time"


def _wrap_text(text_: str) -> list[str]:
    """*text_* in lines; no-break spaces hold, what goes on is set in by two."""
    inset = " " * (len(text_) - len(text_.lstrip(" ")))
    more = inset + ("  " if text_.lstrip().startswith("- ") else "")
    return wrap(
        text_, _WIDE, subsequent_indent=more, break_long_words=False, break_on_hyphens=False
    ) or [""]
