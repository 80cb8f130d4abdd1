"""`synergie offers`: price schedules checked, compared on real volumes, lots proposed."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from synergie.cli.help import Command, build_command_group
from synergie.cli.print import as_json as print_json
from synergie.cli.texts import N_
from synergie.errors import BadInput

app = build_command_group(
    N_("Offers of a tender: check them, compare them while they hold, cut lots.")
)

_Json = Annotated[bool, typer.Option("--json", help=N_("One JSON document; its keys are stable."))]
_Offers = Annotated[
    list[Path],
    typer.Argument(metavar="FILES", help=N_("Price schedules, CSV or XLSX: ours or others.")),
]
_Perimeter = Annotated[
    Path, typer.Argument(metavar="PERIMETER", help=N_("A perimeter, CSV or XLSX."))
]
_Group = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help=N_("The group: members with mandates, lots, limits (template purchase-group)."),
    ),
]
_At = Annotated[
    str | None,
    typer.Option(
        "--at",
        metavar="TIME",
        help=N_("The moment to look at, Paris time: 25/11/2026 14:30; by default now."),
    ),
]


@app.command(
    "check",
    cls=Command,
    help=N_("Read price schedules; say what is kept, refused, missing, expired, and who to ask."),
    epilog="synergie offers check offres.xlsx --at '25/11/2026 14:30'",
)
def check(files: _Offers, *, at: _At = None, as_json: _Json = False) -> None:
    """Exit 0 when nothing blocks, 1 when a row is refused or an offer cannot stand."""
    from synergie.purchase.commands._offers import check_offer_files, checked_json, moment_of

    found = check_offer_files(files, moment_of(at, datetime.now(UTC)))
    if as_json:
        print_json(checked_json(found))
    else:
        found.show()
    raise typer.Exit(1 if found.blocks else 0)


@app.command(
    "compare",
    cls=Command,
    help=N_("Cost, rank and validity left of each offer on the real volumes of its lot."),
    epilog="synergie offers compare perimetre.xlsx offres.xlsx --group groupement.xlsx",
)
def compare(
    perimeter: _Perimeter,
    files: _Offers,
    *,
    group: _Group = None,
    scoring: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help=N_("The published weights (JSON, record Scoring).")),
    ] = None,
    at: _At = None,
    as_json: _Json = False,
) -> None:
    """Exit 0 when nothing blocks, 1 when a row is refused or a fault blocks the award."""
    from synergie.cli.files import load_record
    from synergie.purchase.commands._offers import assemble_purchase, moment_of, show_comparison
    from synergie.purchase.plan.offers.compare import compare as compared
    from synergie.purchase.records.criteria import Scoring

    moment = moment_of(at, datetime.now(UTC))
    weights = None if scoring is None else load_record(scoring, Scoring)
    read = assemble_purchase(perimeter, files, group, moment)
    blocked = read.print_faults(moment)
    try:
        told = compared(read.problem, at=moment, scoring=weights)
    except BadInput:
        if not blocked:
            raise
        raise typer.Exit(1) from None  # all that is wrong was told
    if as_json:
        print_json(told)
    else:
        show_comparison(told)
    raise typer.Exit(1 if blocked else 0)


@app.command(
    "lots",
    cls=Command,
    help=N_("Propose lots by segment and usage, with what each of them needs."),
    epilog="synergie offers lots perimetre.xlsx",
)
def lots(perimeter: _Perimeter, *, group: _Group = None, as_json: _Json = False) -> None:
    """Exit 0 when every point is in one lot, 1 when one is in none, in several, or left out."""
    from synergie.purchase.commands._offers import assemble_purchase, show_survey
    from synergie.purchase.plan.offers.lots import survey

    read = assemble_purchase(perimeter, (), group, None)
    told = survey(read.problem.points, read.problem.lots)
    if as_json:
        print_json(told)
    else:
        show_survey(told)
    raise typer.Exit(1 if told.unfit or read.print_missing() else 0)
