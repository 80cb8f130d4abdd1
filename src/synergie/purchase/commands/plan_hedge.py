"""`synergie plan hedge`: what to buy ahead, what to leave to the spot price, at which risk."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from synergie.cli.extras import needs
from synergie.cli.files import load_record
from synergie.cli.misuse import Misuse
from synergie.cli.phrase import describe_phrase, format_euros
from synergie.cli.print import as_json as print_json
from synergie.cli.print import print_aligned_rows
from synergie.cli.texts import N_, _, format_number

if TYPE_CHECKING:
    from synergie.purchase.records.hedge import HedgeRisk, HedgeStudy

HELP = N_("What to buy ahead in blocks and what to leave to spot, on scenarios that you give.")
EPILOG = """
    synergie plan hedge blocs.json --scenarios scenarios.csv
    synergie plan hedge blocs.json --history 2023-2025.csv --count 200 --seed 1 --json
    """


def hedge(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help=N_("Products and offers as JSON, as specs/schemas says.")
        ),
    ],
    *,
    scenarios: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help=N_("Prices and loads by scenario and hour, CSV or JSON.")
        ),
    ] = None,
    history: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help=N_("Past prices and loads, to draw whole weeks from.")),
    ] = None,
    count: Annotated[
        int,
        typer.Option(
            metavar="N", min=1, max=10_000, help=N_("How many scenarios to draw from a history.")
        ),
    ] = 200,
    run_weeks: Annotated[
        int,
        typer.Option(
            metavar="N", min=1, max=520, help=N_("How many weeks in a row are drawn together.")
        ),
    ] = 13,
    seed: Annotated[
        int, typer.Option(metavar="N", min=0, help=N_("The same seed draws the same."))
    ] = 0,
    as_json: Annotated[
        bool, typer.Option("--json", help=N_("The whole study as one JSON document."))
    ] = False,
    limit: Annotated[
        float, typer.Option(metavar="SECONDS", min=0.1, help=N_("Longest time to look for a plan."))
    ] = 60,
) -> None:
    """One of --scenarios and --history."""
    from synergie.purchase.records.hedge import HedgeProblem

    if (scenarios is None) == (history is None):
        raise Misuse(_("give either --scenarios or --history"))
    problem = load_record(file, HedgeProblem)
    with needs("plan"):
        from synergie.purchase.plan.hedge.scenarios import resampled
        from synergie.purchase.plan.hedge.study import hedge as solve
    from synergie.purchase.commands import _scenarios

    if scenarios is not None:
        given = _scenarios.read_scenario_file(scenarios, problem.delivery)
    else:
        past = _scenarios.read_history_file(history or Path())
        given = resampled(problem.delivery, past, count=count, seed=seed, run_weeks=run_weeks)
    study = solve(problem, given, limit_s=limit)
    if as_json:
        print_json(study)
        return
    _print_hedge_study(study)


def _print_hedge_study(study: "HedgeStudy") -> None:
    typer.echo(_("{} scenarios, {} MWh in the mean").format(study.scenarios, study.load_mwh))
    head = ("", _("mean"), _("dearest cases"), _("worst"), _("bought ahead"))
    rows = [head, (_("spot only"), *_format_risk_amounts(study.spot_only), "0 %")]
    for one in study.choices:
        bought = sum(quarter.bought_mwh for quarter in one.quarters)
        load = sum(quarter.load_mwh for quarter in one.quarters)
        cover = f"{format_number(100 * float(bought / load) if load else 0.0)} %"
        name = _("risk counted for {} %").format(format_number(100 * one.risk_weight))
        rows.append((name, *_format_risk_amounts(one.risk), cover))
    rows += [
        (_("fixed: {}").format(one.offer), *_format_risk_amounts(one.risk), "")
        for one in study.fixed
    ]
    print_aligned_rows(rows)
    for one in study.choices:
        name = _("risk counted for {} %").format(format_number(100 * one.risk_weight))
        taken = [f"{p.product} {format_number(p.mw, 2)} MW" for p in one.positions if p.mw]
        typer.echo(f"{name}: {', '.join(taken) or _('nothing bought ahead')}")
        quarters = [f"{q.quarter} {format_number(100 * q.cover)} %" for q in one.quarters]
        typer.echo(_("  share bought ahead: {}").format(", ".join(quarters)))
    typer.echo(_("Assumed:"))
    for phrase in study.assumptions:
        typer.echo(f"  {describe_phrase(phrase)}")


def _format_risk_amounts(risk: "HedgeRisk") -> tuple[str, str, str]:
    return (
        f"{format_euros(risk.mean_eur)} €",
        f"{format_euros(risk.cvar_eur)} €",
        f"{format_euros(risk.worst_eur)} € ({risk.worst_scenario})",
    )
