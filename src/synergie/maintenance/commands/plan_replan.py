"""`synergie plan replan`: a year planned again, near the one that was told."""

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from synergie.cli.extras import needs
from synergie.cli.files import load_record
from synergie.cli.phrase import describe_phrase, format_euros
from synergie.cli.plan_print import print_plan_summary
from synergie.cli.print import as_json as print_json
from synergie.cli.print import print_aligned_rows
from synergie.cli.texts import N_, _

if TYPE_CHECKING:
    from synergie.maintenance.records.replan import Replan, VisitMove

HELP = N_("A year planned again: announced weeks stay, every other move has a price.")
EPILOG = """
    synergie plan replan probleme.json --before annee --announced 6 --move 100 --notice 6
    synergie plan replan probleme.json --before annee/plan.json --move 100 --trades --json
    """
_MOST_MOVES = 20


def replan(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help=N_("The problem as JSON, as specs/schemas says."))
    ],
    *,
    before: Annotated[
        Path,
        typer.Option(metavar="DIR", help=N_("The plan told before: its folder, or its JSON file.")),
    ],
    announced: Annotated[
        int,
        typer.Option(
            metavar="WEEKS", min=0, max=53, help=N_("Weeks from the first one that are announced.")
        ),
    ] = 0,
    move: Annotated[
        float, typer.Option(metavar="EUR", min=0, help=N_("What a move weighs in the choice."))
    ] = 0,
    notice: Annotated[
        int | None,
        typer.Option(
            metavar="WEEKS",
            min=1,
            max=53,
            help=N_(
                "Weeks after the announced ones from which a move is free; it weighs less the "
                "later the week is."
            ),
        ),
    ] = None,
    trades: Annotated[
        bool, typer.Option("--trades", help=N_("What the year costs with fewer and more moves."))
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help=N_("The whole answer as one JSON document."))
    ] = False,
    limit: Annotated[
        float, typer.Option(metavar="SECONDS", min=0.1, help=N_("Longest time for all solves."))
    ] = 60,
) -> None:
    """Exit 7 when no plan keeps what is announced."""
    from synergie.maintenance.records.maintenance import MaintenancePlan, MaintenanceProblem

    problem = load_record(file, MaintenanceProblem)
    told = load_record(before / "plan.json" if before.is_dir() else before, MaintenancePlan)
    with needs("plan"):
        from synergie.maintenance.plan.year.replan import MOVE_PRICES
        from synergie.maintenance.plan.year.replan import replan as plan_again
    found = plan_again(
        problem,
        told,
        announced_weeks=announced,
        move_eur=Decimal(str(move)),
        notice_weeks=notice,
        prices=MOVE_PRICES if trades else (),
        limit_s=limit,
    )
    if as_json:
        print_json(found)
        return
    print_plan_summary(found.plan, weeks=problem.weeks)
    _print_moves(found, told.objective_eur)


def _print_moves(found: "Replan", cost: Decimal) -> None:
    """What stayed and moved, then what moves are worth."""
    more = found.plan.objective_eur - cost
    typer.echo(
        _("The plan before: {} €; this one costs {} € more").format(
            format_euros(cost), format_euros(more)
        )
    )
    typer.echo(
        _("Visits: {} announced and kept, {} the same, {} moved, {} new, {} gone").format(
            found.announced, found.same, len(found.moves), len(found.new), len(found.gone)
        )
    )
    reasons = {line.subject: describe_phrase(line.reason) for line in found.plan.lines}
    print_aligned_rows(
        (*_describe_move(move), reasons.get(move.visit, "")) for move in found.moves[:_MOST_MOVES]
    )
    if len(found.moves) > _MOST_MOVES:
        typer.echo(_("  … and {} more").format(len(found.moves) - _MOST_MOVES))
    if found.trades:
        typer.echo(_("What moves are worth:"))
        print_aligned_rows(
            (
                "  " + _("moves: {}").format(one.moved),
                f"{format_euros(one.cost_eur)} €",
                _("when a move weighs {} €").format(format_euros(one.move_eur)),
            )
            for one in found.trades
        )


def _describe_move(move: "VisitMove") -> tuple[str, ...]:
    more = (
        _("its week before is closed to it")
        if move.difference_eur is None
        else f"{'+' * (move.difference_eur > 0)}{format_euros(move.difference_eur)} €"
    )
    return f"  {move.visit}", _("week {} → {}").format(move.before, move.week), more
