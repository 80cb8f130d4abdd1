"""`synergie plan what-if-maintenance`: what becomes of a year that turns out otherwise."""

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from synergie.cli.extras import needs
from synergie.cli.files import load_record
from synergie.cli.misuse import Misuse
from synergie.cli.phrase import describe_phrase, format_euros
from synergie.cli.print import as_json as print_json
from synergie.cli.texts import N_, _

if TYPE_CHECKING:
    from synergie.maintenance.records.what_if import MaintenanceCase, MaintenanceCaseAnswer

HELP = N_("What becomes of a year: a crew more or fewer, a depot out, other costs, who leaves.")
EPILOG = """
    synergie plan what-if-maintenance annee/probleme.json
    synergie plan what-if-maintenance probleme.json --crew-days depot-1=-5 --day-costs 10
    synergie plan what-if-maintenance probleme.json --cluster tcp://host:8786 --json
    """


def what_if_maintenance(  # noqa: PLR0913 (the options of a command)
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help=N_("The problem as JSON, as specs/schemas says."))
    ],
    *,
    crew_days: Annotated[
        list[str] | None,
        typer.Option(
            metavar="DEPOT=N", help=N_("So many crew-days a week more, or fewer: depot-1=-5.")
        ),
    ] = None,
    without: Annotated[
        list[str] | None, typer.Option(metavar="DEPOT", help=N_("The depot has no crew-day."))
    ] = None,
    day_costs: Annotated[
        list[str] | None,
        typer.Option(metavar="PERCENT", help=N_("All crew-days cost another percentage.")),
    ] = None,
    leave: Annotated[
        list[str] | None,
        typer.Option(metavar="ORG", help=N_("This body leaves, with its visits and its crews.")),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help=N_("All answers as one JSON document."))
    ] = False,
    limit: Annotated[
        float, typer.Option(metavar="SECONDS", min=0.1, help=N_("Longest time for each solve."))
    ] = 60,
    processes: Annotated[
        int,
        typer.Option(
            metavar="N", min=1, help=N_("How many processes of this machine share the solves.")
        ),
    ] = 1,
    cluster: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help=N_("Dask scheduler to use, as tcp://host:8786.")),
    ] = None,
) -> None:
    """Without a question, the usual ones. Exit 7 when the year itself has no plan."""
    from synergie.maintenance.records.maintenance import MaintenanceProblem
    from synergie.maintenance.records.what_if import MaintenanceCase

    problem = load_record(file, MaintenanceProblem)
    with needs("plan"):
        from synergie.maintenance.plan.study import answer_cases, list_usual_cases
        from synergie.maintenance.plan.year import solve
    cases = (
        *(_parse_crew_days(text) for text in crew_days or ()),
        *(MaintenanceCase(kind="depot_out", depot=name) for name in without or ()),
        *(
            MaintenanceCase(kind="day_costs", percent=_parse_percentage(text))
            for text in day_costs or ()
        ),
        *(MaintenanceCase(kind="leaves", organisation=name) for name in leave or ()),
    )
    plan = solve(problem, limit_s=limit)
    found = answer_cases(
        problem,
        plan,
        cases or list_usual_cases(problem),
        limit_s=limit,
        processes=processes,
        cluster=cluster,
    )
    if as_json:
        answers = [one.model_dump(mode="json") for one in found]
        print_json({"plan": plan.model_dump(mode="json"), "cases": answers})
        return
    typer.echo(_("The plan costs {} €").format(format_euros(plan.objective_eur)))
    for one in found:
        typer.echo(f"  {_describe_answer(one)}")


def _parse_crew_days(text: str) -> "MaintenanceCase":
    """`depot-1=-5`: a depot, and crew-days a week more or fewer."""
    from synergie.maintenance.records.what_if import MaintenanceCase

    depot, _equals, number = text.rpartition("=")
    try:
        days = int(number.replace("−", "-"))
    except ValueError:
        days = 0
    if not depot or not days:
        expected = _("a depot and a whole number, as depot-1=-5")
        raise Misuse(_("{}: found {!r}, expected {}").format("--crew-days", text, expected))
    return MaintenanceCase(kind="crew_days", depot=depot, days=days)


def _parse_percentage(text: str) -> Decimal:
    """A percentage as a person writes it: -10, 2,5, 5 %."""
    try:
        value = Decimal(text.replace(",", ".").replace("−", "-").strip(" %\u00a0\u202f"))
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or not -100 <= value <= 1000:  # noqa: PLR2004 (percent)
        expected = _("a percentage")
        raise Misuse(_("{}: found {!r}, expected {}").format("--day-costs", text, expected))
    return value


def _describe_answer(one: "MaintenanceCaseAnswer") -> str:
    """The case, and between what it costs more or less."""
    said = describe_phrase(one.said)
    if one.conflicts:
        return _("{}: there is no plan: {}").format(said, describe_phrase(one.conflicts[0]))
    if one.at_most_eur is None:
        return _("{}: no plan was found in the time given").format(said)
    most = format_euros(one.at_most_eur)
    if one.at_least_eur is None:
        return _("{}: at most {} € more").format(said, most)
    if one.at_least_eur == one.at_most_eur:
        return _("{}: {} € more").format(said, most)
    return _("{}: between {} and {} € more").format(said, format_euros(one.at_least_eur), most)
