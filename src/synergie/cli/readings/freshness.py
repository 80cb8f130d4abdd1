"""`synergie freshness`: how old data are, why, and who can act."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from synergie.cli._store import StoreUrl, on_behalf, opened
from synergie.cli.misuse import Misuse
from synergie.cli.print import as_json as print_json
from synergie.cli.texts import N_, _, format_number

if TYPE_CHECKING:
    from synergie.schemas.freshness import FreshnessLine

SUMMARY = N_("Say how fresh the data of an organisation are, why they are late and who can act.")
EXAMPLE = "synergie freshness --org cc-bassin-de-pompey\nsynergie freshness --org X --json"


def run(
    *,
    org: Annotated[
        str | None, typer.Option(metavar="ORG", help=N_("Whose data it is (local store only)."))
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help=N_("Tell the series that are up to date, too."))
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help=N_("One JSON document; its keys are stable."))
    ] = False,
    store: StoreUrl = None,
) -> None:
    """Exit 0 whatever is late: the state is in the answer."""
    if org is None:
        raise Misuse(_("say whose data it is with --org"))
    lines = list(_iterate_freshness_lines(org, store))
    if as_json:
        print_json([line.model_dump(mode="json") for line in lines])
        return
    for told in _describe_freshness(lines, everything=everything):
        typer.echo(told)


def _iterate_freshness_lines(org: str, store: str | None) -> Iterator["FreshnessLine"]:
    with opened(store) as place:
        from synergie.exchange.readings.freshness import Freshnesses

        caller, now, after = on_behalf(place, org), datetime.now(UTC), None
        while True:
            page = Freshnesses(place, tell=_).page(caller, after=after, now=now)
            yield from page.items
            after = page.next
            if after is None:
                return


def _describe_freshness(lines: list["FreshnessLine"], *, everything: bool) -> Iterator[str]:
    series = [line for line in lines if line.subject == "series"]
    from synergie.policy.readings.morning import is_undated

    undated = sum(map(is_undated, series))
    fresh = sum(line.state == "up_to_date" for line in series) - undated
    if not lines:
        yield _("No series and no file yet. Deposit a first file: synergie deposit FILE")
        return
    yield _("{} series of {} up to date").format(format_number(fresh), format_number(len(series)))
    if undated:
        yield _("{} without a due date: no file is promised for them").format(
            format_number(undated)
        )
    for line in lines:
        if line.subject == "flow":
            yield f"{line.flow} ({line.id}): {line.reason}"
        elif everything or line.state != "up_to_date":
            yield f"{line.external_id}: {line.reason}"
        else:
            continue
        if line.who_can_act:
            yield f"  {line.who_can_act}"
