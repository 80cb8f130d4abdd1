"""What the commands of budgets print of a forecast."""

from typing import TYPE_CHECKING

import typer

from synergie.cli.print import print_aligned_rows
from synergie.cli.texts import _, speaks_french

if TYPE_CHECKING:
    from synergie.budget.records.budget import BudgetForecast, BudgetOmission


def print_forecast(found: "BudgetForecast") -> None:
    """Its sentences, a row a service, what is left out."""
    from synergie.budget.reports import describe_forecast, describe_reserve
    from synergie.cli.phrase import format_euros
    from synergie.cli.texts import format_number
    from synergie.reports.language import use_language

    with use_language("fr" if speaks_french() else "en"):
        typer.echo(describe_forecast(found))
        typer.echo(describe_reserve(found))
    rows: list[tuple[str, ...]] = [(_("member"), _("service"), "kWh", "€ P10", "€ P50", "€ P90")]
    for one in found.rows:
        if one.service and one.point is None and one.month is None:
            money = ("?", "?", "?") if one.eur is None else tuple(
                format_euros(eur) for eur in (one.eur.p10, one.eur.p50, one.eur.p90)
            )  # fmt: skip
            kwh = format_number(float(one.kwh.p50), 0)
            rows.append((one.member or "", one.service, kwh, *money))
    print_aligned_rows(rows)
    print_waiting(found.waiting)
    print_omissions(found.left_out)


def print_waiting(many: int) -> None:
    """On the error output: that some curves are not counted yet."""
    from synergie.budget.reports import describe_waiting
    from synergie.reports.language import use_language

    if many:
        with use_language("fr" if speaks_french() else "en"):
            typer.echo(describe_waiting(many), err=True)


def print_omissions(points: "tuple[BudgetOmission, ...]") -> None:
    """On the error output: points without a forecast, and why."""
    from synergie.budget.reports import describe_left_out
    from synergie.reports.language import use_language

    with use_language("fr" if speaks_french() else "en"):
        for text in describe_left_out(points, _):
            typer.echo(text, err=True)
