"""`synergie purchase decp`: the essential data of an award, written from a plan and read back."""

from pathlib import Path
from typing import Annotated

import typer

from synergie.cli.files import load_record
from synergie.cli.misuse import Misuse
from synergie.cli.texts import N_, _


def decp(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="FOLDER", help=N_("What plan purchase --out wrote; or a DECP file to check.")
        ),
    ],
    *,
    terms: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help=N_("What a plan does not know, an EssentialTerms as JSON.")
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="FILE", help=N_("The file to write."))
    ] = None,
) -> None:
    """Exit 1 when the file does not hold, or the terms lack a lot; the place is named."""
    from synergie.purchase.plan.essential_data import read_essential_data

    if not source.is_dir():
        found = read_essential_data(source.read_bytes())
        typer.echo(_("{}: {} contracts, valid").format(source.name, len(found.data.contracts)))
        return
    if terms is None or out is None:
        raise Misuse(_("{}: a plan; say --terms and --out").format(source))
    _write_file(source, terms, out)


def _write_file(folder: Path, terms: Path, out: Path) -> None:
    """The essential data of the plan in *folder*; lots that are left out are named."""
    from synergie.purchase.plan.essential_data import build_essential_data, write_essential_data
    from synergie.purchase.records.essential_data import EssentialTerms
    from synergie.purchase.records.plan import PurchasePlan
    from synergie.purchase.records.purchase import PurchaseProblem

    problem = load_record(folder / "probleme.json", PurchaseProblem)
    plan = load_record(folder / "plan.json", PurchasePlan)
    data, below = build_essential_data(problem, plan, load_record(terms, EssentialTerms))
    for lot in below:
        typer.echo(_("{}: under 40,000 €, not published").format(lot), err=True)
    if data is None:
        typer.echo(_("nothing is to be published"))
        return
    out.write_bytes(write_essential_data(data))
    typer.echo(_("{}: {} contracts written").format(out, len(data.data.contracts)))
