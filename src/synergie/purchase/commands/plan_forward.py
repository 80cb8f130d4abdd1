"""`synergie plan forward`: offers of every kind on one price forward curve of one day."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from synergie.cli.extras import needs
from synergie.cli.files import load_record
from synergie.cli.phrase import describe_phrase, format_euros
from synergie.cli.print import as_json as print_json
from synergie.cli.print import print_aligned_rows
from synergie.cli.texts import N_, _, format_number

if TYPE_CHECKING:
    from synergie.purchase.plan.forward.study import Load
    from synergie.purchase.plan.hedge.axis import Axis
    from synergie.purchase.records.forward import ForwardCurve, ForwardStudy

HELP = N_("Fixed, indexed, block and click offers side by side, on one price forward curve.")
EPILOG = """
    synergie plan forward offres.json --curve pfc.csv --load charge.csv
    synergie plan forward offres.json --curve pfc.csv --load profil.csv --energy 1250 -o offres.html
    """
KINDS = {
    "fixed": N_("fixed"),
    "indexed": N_("indexed"),
    "blocks": N_("blocks and spot"),
    "clicks": N_("clicks"),
}
STRESSES = {"low": N_("low stress"), "high": N_("high stress")}
"""The stresses that are looked at when none are told."""


def forward(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help=N_("Delivery and offers, a ForwardProblem as JSON.")),
    ],
    *,
    curve: Annotated[
        Path,
        typer.Option(metavar="FILE", help=N_("The curve: template forward-prices, CSV or XLSX.")),
    ],
    load: Annotated[
        Path, typer.Option(metavar="FILE", help=N_("The load by hour, CSV: debut, charge_mw."))
    ],
    energy: Annotated[
        float | None,
        typer.Option(
            metavar="MWH", min=0.001, help=N_("MWh a year: the load is a profile, scaled to it.")
        ),
    ] = None,
    scenarios: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help=N_("Prices and loads by scenario and hour, CSV or JSON.")
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="FILE", help=N_("Write the table as a page (HTML).")),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help=N_("The whole study as one JSON document."))
    ] = False,
) -> None:
    """Exit 1 when the curve or the load lacks an hour, or has one twice; it is named."""
    from synergie.purchase.records.forward import ForwardProblem

    problem = load_record(file, ForwardProblem)
    with needs("plan"):
        from synergie.purchase.plan.forward.study import value_offers
        from synergie.purchase.plan.hedge.axis import Axis
    from synergie.purchase.commands._scenarios import read_scenario_file

    axis = Axis.of(problem.delivery, problem.energy)
    prices = _read_curve(curve, axis)
    used = _read_load(load, axis, energy)
    drawn = (
        None
        if scenarios is None
        else read_scenario_file(scenarios, problem.delivery, problem.energy)
    )
    study = value_offers(problem, prices, used, drawn)
    if out is not None:
        _write_page(study, out)
    if as_json:
        print_json(study)
        return
    print_study(study)


def _read_curve(path: Path, axis: "Axis") -> "ForwardCurve":
    """The curve in *path*, whole: rows that are refused are told, and no curve is made of the rest.

    BadInputs: each hour, or gas day, that is missing or doubled.
    """
    from synergie.purchase.commands._offers import print_file_report
    from synergie.purchase.plan.forward.files import read_forward_curve

    with path.open("rb") as source:
        curve, report = read_forward_curve(source, path.name, axis)
    if curve is None:
        print_file_report(path.name, report)
        raise typer.Exit(1)
    return curve


def _read_load(path: Path, axis: "Axis", energy: float | None) -> "Load":
    """The load in *path*, as it is, or as a profile of *energy* MWh a year."""
    from synergie.purchase.commands._scenarios import read_load_file
    from synergie.purchase.plan.forward.curve import order_load
    from synergie.purchase.plan.forward.study import Load

    loads = order_load(axis, read_load_file(path), path.name)
    if energy is None:
        return Load.of_series(loads, path.name)
    return Load.of_profile(axis, loads, path.name, energy)


def _write_page(study: "ForwardStudy", out: Path) -> None:
    with needs("report"):
        from synergie.purchase.reports.forward import forward_document
        from synergie.reports.page import html
    from synergie.reports.teller import build_translator

    page = html(forward_document(study, build_translator()))
    out.write_text(page, encoding="utf-8", newline="\n")


def print_study(study: "ForwardStudy") -> None:
    """The curve, the load, the offers with their risk, and what was assumed."""
    load = study.load
    typer.echo(_("Curve of {} ({}), {} hours").format(
        f"{study.quoted_on:%d/%m/%Y}", study.source, format_number(study.hours)
    ))  # fmt: skip
    line = _("Load: {} MWh; base {} €/MWh, profile {} €/MWh, shape {}")
    shape = "–" if load.shape is None else format_number(float(load.shape), 4)
    amounts = (load.base_eur_per_mwh, load.profile_eur_per_mwh)
    typer.echo(
        line.format(format_number(float(load.load_mwh), 3), *map(format_euros, amounts), shape)
    )
    print_aligned_rows(_list_offer_rows(study))
    for phrase in study.assumptions:
        typer.echo(f"  {describe_phrase(phrase)}")


def _list_offer_rows(study: "ForwardStudy") -> list[tuple[str, ...]]:
    """The table: cost on the curve, under each stress with what the band costs apart, the risk."""
    stresses = [case.stress for case in study.offers[0].cases]
    heads = [_("rank"), _("offer"), _("price"), _("cost (€)"), _("€/MWh"), _("above the best (€)")]
    for name in (_(STRESSES.get(name, name)) for name in stresses):
        heads += [_("{} (€)").format(name), _("{}: outside the band (€)").format(name)]
    if study.scenarios:
        heads += [_("mean"), _("dearest cases"), _("worst")]
    rows = [tuple(heads)]
    for one in study.offers:
        cells = [str(one.rank), one.offer, _(KINDS[one.kind])]
        cells += map(format_euros, (one.cost_eur, one.mean_eur_per_mwh, one.above_best_eur))
        for case in one.cases:
            cells += map(format_euros, (case.cost_eur, case.swing_eur))
        if one.risk is not None:
            risk = one.risk
            cells += map(format_euros, (risk.mean_eur, risk.cvar_eur, risk.worst_eur))
        rows.append(tuple(cells))
    return rows
