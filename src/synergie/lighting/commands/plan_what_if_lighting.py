"""`synergie plan what-if-lighting`: scenarios when prices, growth or rate turn out otherwise."""

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated

import typer

from synergie.cli.extras import needs
from synergie.cli.files import load_record
from synergie.cli.misuse import Misuse
from synergie.cli.phrase import describe_phrase
from synergie.cli.print import as_json as print_json
from synergie.cli.print import print_aligned_rows
from synergie.cli.texts import N_, _, format_number

HELP = N_("What becomes of scenarios of lighting: other prices, growth, rate or horizon.")
EPILOG = """
    synergie plan what-if-lighting comparaison/etude.json
    synergie plan what-if-lighting etude.json --energy 50 --works 20 --processes 2 --json
    """


def what_if_lighting(  # noqa: PLR0913 (the options of a command)
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help=N_("The study as JSON, as specs/schemas says."))
    ],
    *,
    energy: Annotated[
        list[str] | None,
        typer.Option(metavar="PERCENT", help=N_("All prices of the energy change by this.")),
    ] = None,
    works: Annotated[
        list[str] | None,
        typer.Option(metavar="PERCENT", help=N_("All prices of works change by this.")),
    ] = None,
    growth: Annotated[
        list[str] | None,
        typer.Option(metavar="PERCENT", help=N_("The bill grows by this each year.")),
    ] = None,
    discount: Annotated[
        list[str] | None, typer.Option(metavar="PERCENT", help=N_("The discount rate a year."))
    ] = None,
    horizon: Annotated[
        list[str] | None, typer.Option(metavar="N", help=N_("Years over which costs are counted."))
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help=N_("All answers as one JSON document."))
    ] = False,
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
    """Without a question, the usual ones."""
    from synergie.lighting.records.study import LightingStudy
    from synergie.lighting.records.what_if import LightingCase

    asked = {
        "energy": energy, "works": works, "growth": growth, "discount": discount,
        "horizon": horizon,
    }  # fmt: skip
    cases = [
        LightingCase.model_validate({"kind": kind, "value": _parse_number(kind, text)})
        for kind, texts in asked.items()
        for text in texts or ()
    ]
    study = load_record(file, LightingStudy)
    with needs("plan"):
        from synergie.lighting.plan.what_if import answer_cases, list_usual_cases
    found = answer_cases(study, cases or list_usual_cases(), processes=processes, cluster=cluster)
    if as_json:
        print_json({"cases": [one.model_dump(mode="json") for one in found]})
        return
    for one in found:
        typer.echo(describe_phrase(one.said))
        print_aligned_rows(
            (
                f"  {cost.scenario}",
                _("unknown") if cost.cost_eur is None else f"{format_number(cost.cost_eur)} €",
            )
            for cost in one.costs
        )
        if one.changes and one.cheapest is not None:
            typer.echo("  " + _("another scenario is then the cheapest: {}").format(one.cheapest))


def _parse_number(kind: str, text: str) -> Decimal:
    """A number as a person writes it: -10, 2,5, 5 %."""
    try:
        value = Decimal(text.replace(",", ".").replace("−", "-").strip(" %\u00a0\u202f"))
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or not -100 <= value <= 1000:  # noqa: PLR2004 (percent)
        expected = _("a percentage")
        raise Misuse(_("{}: found {!r}, expected {}").format(f"--{kind}", text, expected))
    return value
