"""`synergie plan purchase`: who buys from which offer, proven cheapest or said to be impossible."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from synergie.cli.phrase import describe_phrase, format_euros
from synergie.cli.plan_print import print_plan_reasons, print_plan_summary
from synergie.cli.print import as_json as print_json
from synergie.cli.print import print_aligned_rows
from synergie.cli.texts import N_, _, format_moment, format_number

if TYPE_CHECKING:
    from synergie.purchase.commands._purchase import PurchaseResult

_Json = Annotated[bool, typer.Option("--json", help=N_("The whole plan as one JSON document."))]
_Limit = Annotated[
    float, typer.Option(metavar="SECONDS", min=0.1, help=N_("Longest time to look for a plan."))
]

HELP = N_("Who buys from which offer so that the whole costs least and nobody pays more.")
EPILOG = """
    synergie plan purchase besoins.json --json
    synergie plan purchase perimetre.xlsx --offers offres.xlsx --group groupe.xlsx --out achat
    """


def purchase(  # noqa: PLR0913 (the options of a command)
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help=N_("The problem as JSON, or a perimeter, CSV, XLSX.")),
    ],
    *,
    offers: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE", help=N_("Price schedules that answer a perimeter; repeat it.")
        ),
    ] = None,
    group: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help=N_("Members with mandates, lots, limits, fees, of a perimeter.")
        ),
    ] = None,
    rules: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help=N_("Rules of your own (template rules, CSV, XLSX; or JSON).")
        ),
    ] = None,
    scoring: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help=N_("The published criteria with notes (JSON, record Scoring).")
        ),
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(
            metavar="MOMENT",
            help=N_("When the award is decided; by default now, if an offer tells its validity."),
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", metavar="DIR",
            help=N_(
                "Write the plan with its certificate, its report, its workbook and a note for "
                "each member there."
            ),
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help=N_("Overwrite the folder when a plan wrote it."))
    ] = False,
    study: Annotated[
        bool,
        typer.Option(
            "--study",
            help=N_("Study what may come of it: members that leave, other volumes, late offers."),
        ),
    ] = False,
    as_json: _Json = False,
    limit: _Limit = 60,
) -> None:  # fmt: skip
    """Exit 7 when no plan satisfies the requirements; they are named."""
    from synergie.cli.folder import check_output_folder
    from synergie.purchase.commands._out import OURS, brief_of, write_folder
    from synergie.purchase.commands._purchase import Files, compute_purchase, read_purchase_request

    now = datetime.now(UTC)
    if out is not None:
        check_output_folder(out, OURS, force=force)
    read = read_purchase_request(Files(file, offers or (), group, rules, scoring), at=at, now=now)
    done = compute_purchase(read, study=study, certify=out is not None, limit_s=limit)
    if out is not None:
        write_folder(brief_of(done, now), out, done.certificate, done.nucleolus)
    if as_json:
        print_json(done.document())
        return
    _purchase_summary(done)
    if out is not None:
        typer.echo(_("{}: written; open {}").format(out, out / "rapport.html"))
        if done.certificate is not None:
            typer.echo(
                _(
                    "Who may see the whole problem checks its certificate: synergie plan verify {}"
                ).format(out)
            )


def _purchase_summary(done: "PurchaseResult") -> None:
    """The summary, the awards and until when they hold, and what a study says in short."""
    plan = done.plan
    print_plan_summary(plan, done.given.problem.delivery, certified=done.certified)
    typer.echo(_("Awards:"))
    print_aligned_rows(
        (
            f"  {award.lot}",
            award.offer,
            award.supplier,
            _("{} MWh a year").format(format_number(float(award.volume_mwh), 3)),
        )
        for award in plan.awards
    )
    _print_criteria(done)
    if plan.decide_before is not None:
        typer.echo(_("Decide before: {}").format(format_moment(plan.decide_before)))
    for refused in plan.refused:
        typer.echo(_("Refused: {}: {}").format(refused.offer, describe_phrase(refused.reason)))
    print_plan_reasons(plan)
    if plan.binding:
        typer.echo(_("What requirements and rules cost:"))
    for phrase in plan.binding:
        typer.echo(f"  {describe_phrase(phrase)}")
    for phrase in done.study.stability.said if done.study else ():
        typer.echo(describe_phrase(phrase))


def _print_criteria(done: "PurchaseResult") -> None:
    """The notes of each offer of each lot, and what the criteria cost beside the least cost."""
    problem, price = done.given.problem, done.plan.rules_price
    if problem.scoring is None:
        return
    from synergie.purchase.commands._offers import print_scores
    from synergie.purchase.plan.offers.compare import compare

    typer.echo(_("By the published criteria:"))
    for lot in compare(problem).lots:
        typer.echo(f"  {lot.lot} · {lot.name}")
        print_scores(lot)
    if price is not None:
        text = _("The award costs {} € more than the plan of least cost, which stays information.")
        typer.echo(text.format(format_euros(price.cost_eur)))
