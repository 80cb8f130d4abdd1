"""`synergie closures`: days of a series that are final, whatever is missing of them."""

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from synergie.cli._store import StoreUrl, on_behalf, opened
from synergie.cli.misuse import Misuse
from synergie.cli.print import as_json as print_json
from synergie.cli.texts import N_, _

if TYPE_CHECKING:
    from synergie.schemas.readings.closure import Closure

SUMMARY = N_("Declare days of a series final for who reads its sums, or list what was declared.")
EXAMPLE = (
    "synergie closures ser_k3v9w2 --org cc-bassin-de-pompey\n"
    "synergie closures ser_k3v9w2 --org X --first-day 2026-10-01 --last-day 2026-10-31"
)
_MINUTE_S = 60


def run(
    series: Annotated[str, typer.Argument(metavar="SERIES", help=N_("Identifier of the series."))],
    *,
    org: Annotated[
        str | None, typer.Option(metavar="ORG", help=N_("Whose series it is (local store only)."))
    ] = None,
    first_day: Annotated[
        str | None, typer.Option(metavar="DATE", help=N_("First day to declare final."))
    ] = None,
    last_day: Annotated[
        str | None, typer.Option(metavar="DATE", help=N_("Last day, included; it must be over."))
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help=N_("Do not ask: it cannot be undone."))
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help=N_("One JSON document; its keys are stable."))
    ] = False,
    store: StoreUrl = None,
) -> None:
    """Without days: what was declared. With both: declare them, after one question."""
    if org is None:
        raise Misuse(_("say whose series it is with --org"))
    if (first_day is None) != (last_day is None):
        raise Misuse(_("give both --first-day and --last-day, or neither"))
    days = (
        None
        if first_day is None or last_day is None
        else (_parse_closure_day(first_day), _parse_closure_day(last_day))
    )
    if days and not yes:
        typer.confirm(
            _("What is missing of {} to {} will be in no sum any more. Go on?").format(*days),
            abort=True,
        )
    found = _declare_or_list_closures(org, series, days, store)
    if as_json:
        print_json([one.model_dump(mode="json") for one in found])
        return
    for one in found:
        typer.echo(_describe_closure(one))
    if not found:
        typer.echo(_("No day of this series was declared final."))


def _declare_or_list_closures(
    org: str, series: str, days: tuple[date, date] | None, store: str | None
) -> "list[Closure]":
    with opened(store) as place:
        from synergie.exchange.readings.closures import Closures
        from synergie.schemas.readings.closure import ClosureRecord

        caller, now, book = on_behalf(place, org), datetime.now(UTC), Closures(place)
        if days:
            if days[1] < days[0]:
                raise Misuse(_("give a last day on or after the first one"))
            record = ClosureRecord(first_day=days[0], last_day=days[1])
            return [book.close(caller, series, record, now=now)]
        found, after = list["Closure"](), None
        while True:
            page = book.page(caller, series, after=after, now=now)
            found += page.items
            after = page.next
            if after is None:
                return found


def _parse_closure_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Misuse(_("write a day as 2026-10-31, not {}").format(text)) from error


def _describe_closure(one: "Closure") -> str:
    told = _("{}: {} to {}, {} minutes closed").format(
        one.id, one.first_day, one.last_day, one.closed_s // _MINUTE_S
    )
    if not one.undone_s:
        return told
    waiting = _("{} minutes were undone and must be filled").format(one.undone_s // _MINUTE_S)
    return f"{told}; {waiting}"
