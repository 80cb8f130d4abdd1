"""`synergie plan power`: tariff option and subscribed power of a portfolio, from files."""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from synergie.cli.extras import needs
from synergie.cli.files import load_record, write_whole_file
from synergie.cli.misuse import Misuse
from synergie.cli.moment import parse_option_date
from synergie.cli.phrase import civil_day, describe_phrase, format_euros
from synergie.cli.print import as_json as print_json
from synergie.cli.print import print_aligned_rows
from synergie.cli.texts import N_, _, format_number
from synergie.energy.commands.power import PowerCommandOptions, build_power_problem, is_problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from decimal import Decimal

    from synergie.energy.records.power_plan import OptionCost, PowerOutcome, PowerPlan

HELP = N_("The tariff option and subscribed power that cost each point least, on the whole bill.")
EPILOG = """
    synergie plan power courbe.csv perimetre.xlsx --prices bpu.xlsx --on 2026-03-01
    synergie plan power armoires.csv points.csv --prices bpu.csv --on 2026-03-01 --off 00:00-05:30
    synergie plan power probleme.json --json
    """
MOST = 20
"""Points told one by one on the terminal; the workbook and `--json` have all."""


def power(  # noqa: PLR0913 (the options of a command)
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILES",
            help=N_("Curves, a perimeter, contracts, cabinets and light points; or a problem."),
        ),
    ],
    *,
    prices: Annotated[
        Path | None, typer.Option(metavar="FILE", help=N_("The price schedule (BPU), CSV or XLSX."))
    ] = None,
    lot: Annotated[
        list[str] | None,
        typer.Option(
            metavar="LOT=USAGE", help=N_("What a lot is for: lot-2=public_lighting; repeat it.")
        ),
    ] = None,
    supplier: Annotated[
        str | None, typer.Option(metavar="NAME", help=N_("Whose prices, by a part of the name."))
    ] = None,
    on: Annotated[
        str | None,
        typer.Option(
            metavar="DATE",
            help=N_(
                "The day whose network tariff and taxes hold; by default today, or the last known."
            ),
        ),
    ] = None,
    margin: Annotated[
        float,
        typer.Option(
            metavar="PERCENT", min=0, max=200, help=N_("Margin above the reached power, %.")
        ),
    ] = 20,
    offpeak: Annotated[
        list[str] | None,
        typer.Option(
            metavar="HH:MM-HH:MM", help=N_("Off-peak hours of points that tell none; repeat it.")
        ),
    ] = None,
    off: Annotated[
        list[str] | None,
        typer.Option(
            metavar="HH:MM-HH:MM", help=N_("Hours without light of programmable cabinets.")
        ),
    ] = None,
    dim: Annotated[
        list[str] | None,
        typer.Option(
            metavar="HH:MM-HH:MM=%",
            help=N_("Hours of less light, with the power that remains: 22:00-06:00=50."),
        ),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(metavar="DATE", help=N_("Day of a change of hours: curves are cut there.")),
    ] = None,
    place: Annotated[
        str | None,
        typer.Option(metavar="LAT,LON", help=N_("Place of cabinets that tell none: 48.77,6.13.")),
    ] = None,
    across: Annotated[
        bool, typer.Option("--across", help=N_("Compare options beyond 36 kVA, too."))
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="FILE", help=N_("A workbook (.xlsx) to write.")),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help=N_("Overwrite the file when it is there."))
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help=N_("The whole plan as one JSON document."))
    ] = False,
) -> None:
    """Exit 0 when there is a plan, 1 when a row of a file was refused."""
    from synergie.energy.records.power import PowerProblem

    if out is not None and out.exists() and not force:
        raise Misuse(_("{}: exists already; give another name, or --force").format(out))
    with needs("plan"):
        from synergie.energy.plan.power.portfolio import refit
    refused = 0
    if is_problem(files):
        problem = load_record(files[0], PowerProblem)
    else:
        given = PowerCommandOptions(
            files=files,
            prices=prices,
            lots=lot or [],
            supplier=supplier,
            on=parse_option_date("--on", on) or _last_known(),
            margin=margin,
            offpeak=offpeak or [],
            off=off or [],
            dim=dim or [],
            since=parse_option_date("--since", since),
            place=place,
            across=across,
        )
        problem, refused = build_power_problem(given)
    plan = refit(problem)
    if out is not None:
        _write_power_plan(plan, out)
    if as_json:
        print_json(plan)
    else:
        _print_power_plan(plan, out)
    raise typer.Exit(1 if refused else 0)


def _last_known() -> date:
    """Today, or the last day that the tables know, which is then said on the error output."""
    from synergie.energy.plan.tariff import tables

    today = datetime.now(ZoneInfo("Europe/Paris")).date()
    known = tables.shipped().last_day(today)
    if known < today:
        text = _("note: network tariff and taxes are known up to {}; that day is taken (--on {})")
        typer.echo(text.format(civil_day(known), known.isoformat()), err=True)
    return known


def _write_power_plan(plan: "PowerPlan", out: Path) -> None:
    with needs("frames"):
        from synergie.energy.reports.power import write_power
        from synergie.reports.teller import build_translator

    with write_whole_file(out) as sink:
        write_power(plan, sink, build_translator())


def _print_power_plan(plan: "PowerPlan", out: Path | None) -> None:
    """What it costs, against today, the yardstick, and the points that change."""
    totals = plan.totals
    typer.echo(
        _("{} points, {} compared, {} to change").format(
            totals.points, totals.compared, totals.changed
        )
    )
    if plan.baseline_eur is not None and totals.compared:
        typer.echo(
            _("Today: {} € a year; proposed: {} €; saved: {} € a year").format(
                format_euros(plan.baseline_eur),
                format_euros(plan.objective_eur),
                format_euros(totals.saving_eur),
            )
        )
        if totals.per_point_eur is not None:
            text = _("A point compared: {} € a year; yardstick: {} €")
            typer.echo(
                text.format(format_euros(totals.per_point_eur), format_euros(totals.yardstick_eur))
            )
            typer.echo(f"  {describe_phrase(totals.yardstick)}")
    changed = sorted(
        (one for one in plan.outcomes if one.status == "change"),
        key=lambda one: (-(one.saving_eur or 0), one.point),
    )
    if changed:
        typer.echo(_("To ask the grid operator for, the greatest savings first:"))
        print_aligned_rows(_iterate_change_rows(changed[:MOST]))
    if len(changed) > MOST:
        typer.echo(
            _("… and {} more; the workbook and --json list them all").format(len(changed) - MOST)
        )
    if changed:
        _print_point_requests(changed[0])
    _print_unknown_today(plan)
    _print_uncompared_reasons(plan)
    typer.echo(_("Assumed:"))
    for phrase in (*plan.baseline, *plan.assumptions):
        typer.echo(f"  {describe_phrase(phrase)}")
    if out is not None:
        typer.echo(_("{}: written").format(out))


def count_power_decimals(kva: "Decimal") -> int:
    """Decimals that a power is told with."""
    return 0 if kva == kva.to_integral_value() else 1


def _format_option_choice(cost: "OptionCost | None") -> str:
    if cost is None:
        return ""
    powers = "/".join(
        format_number(float(one.kva), count_power_decimals(one.kva)) for one in cost.subscribed
    )
    return f"{cost.tariff_code} {powers} kVA"


def _iterate_change_rows(changed: "Sequence[PowerOutcome]") -> "Iterator[tuple[str, ...]]":
    for one in changed:
        yield (
            f"  {one.point}",
            one.name or "",
            _format_option_choice(one.today),
            "→",
            _format_option_choice(one.best),
            _("saves {} € a year").format(format_euros(one.saving_eur)),
        )


def _print_point_requests(one: "PowerOutcome") -> None:
    """What is asked for, word by word, of one point; the workbook has it of all."""
    typer.echo(_("In words, for {}:").format(one.point))
    for phrase in (*one.ask, *one.questions):
        typer.echo(f"  {describe_phrase(phrase)}")


def _print_unknown_today(plan: "PowerPlan") -> None:
    """What would be best where today is not known."""
    best = [one for one in plan.outcomes if one.status == "not_compared" and one.best is not None]
    if best:
        typer.echo(_("Best where today is not known:"))
        print_aligned_rows(
            (
                f"  {one.point}",
                one.name or "",
                _format_option_choice(one.best),
                _("{} € a year").format(_format_best_total(one)),
            )
            for one in best[:MOST]
        )


def _format_best_total(one: "PowerOutcome") -> str:
    return "" if one.best is None else format_euros(one.best.bill.total_eur)


def _print_uncompared_reasons(plan: "PowerPlan") -> None:
    """Why points could not be compared, each reason once with how many points."""
    counts: dict[str, int] = {}
    for one in plan.outcomes:
        if one.status == "not_compared":
            reason = describe_phrase(one.reasons[0])
            counts[reason] = counts.get(reason, 0) + 1
    if counts:
        typer.echo(_("Not compared:"))
        print_aligned_rows(
            (f"  {n}", reason) for reason, n in sorted(counts.items(), key=lambda p: -p[1])[:MOST]
        )
