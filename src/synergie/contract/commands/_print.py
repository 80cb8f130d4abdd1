"""A plan of measurement and a statement on the terminal."""

from decimal import Decimal
from typing import TYPE_CHECKING

import typer

from synergie.cli.phrase import describe_phrase, format_euros
from synergie.cli.print import as_json as print_json
from synergie.cli.print import print_aligned_rows
from synergie.cli.texts import _, format_number, speaks_french
from synergie.contract.reports.words import describe_due, describe_saving
from synergie.reports.language import use_language

if TYPE_CHECKING:
    from synergie.contract.records.mv_plan import FittedModel, MvPlan
    from synergie.contract.records.statement import PointSaving, SavingsReport


def print_plan(plan: "MvPlan") -> None:
    """One line a point: its model, or its lamps."""
    for point, baseline in zip(plan.contract.points, plan.baselines, strict=True):
        if baseline.model is not None:
            typer.echo(f"{point.name}: {_describe_model(baseline.model)}")
        elif point.lighting is not None:
            count = sum(one.count for one in point.lighting.lamps)
            typer.echo(_("{}: {} lamps").format(point.name, count))
    typer.echo(_("digest {}").format(plan.digest))


def _describe_model(model: "FittedModel") -> str:
    text = _("{} kWh a day; {} kWh a degree day below {} °C; CV(RMSE) {} %, {} days")
    below = "–" if model.below is None else format_number(model.below, 2)
    return text.format(
        format_number(model.base_kwh, 2),
        format_number(model.heating, 3),
        below,
        format_number(100 * model.cv_rmse, 1),
        model.days,
    )


def print_statement(report: "SavingsReport", *, as_json: bool) -> None:
    """The sentence, what is due, each point and each member; or the whole as JSON."""
    if as_json:
        print_json(report)
        return
    with use_language("fr" if speaks_french() else "en"):
        typer.echo(describe_saving(report))
        typer.echo(describe_due(report))
    rows = [(_("point"), _("adjusted"), _("measured"), _("saved"), "±", "€", _("days"))]
    print_aligned_rows([*rows, *map(_describe_point, report.points)])
    for point in report.points:
        for remark in point.remarks:
            typer.echo(f"{point.point}: {describe_phrase(remark)}")
    for part in report.members:
        text = _("{}: {} kWh, {} €; due to it: {} €")
        typer.echo(
            text.format(
                part.member,
                _format_kwh(part.saved_kwh),
                format_euros(part.saved_eur),
                format_euros(part.due_eur),
            )
        )


def _describe_point(one: "PointSaving") -> tuple[str, ...]:
    half = "–" if one.half_width_kwh is None else _format_kwh(one.half_width_kwh)
    return (
        one.point,
        _format_kwh(one.baseline_kwh + one.adjustment_kwh),
        _format_kwh(one.measured_kwh),
        _format_kwh(one.saved_kwh),
        half,
        format_euros(one.saved_eur),
        f"{one.known_days}/{one.days}",
    )


def _format_kwh(value: Decimal) -> str:
    return format_number(float(value), 0)
