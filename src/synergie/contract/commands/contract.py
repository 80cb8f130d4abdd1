"""`synergie contract`: from files: draft, baseline, statement, signatures, verification."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from synergie.cli.extras import needs as extra
from synergie.cli.files import load_record, write_whole
from synergie.cli.help import Command, build_command_group
from synergie.cli.misuse import Misuse
from synergie.cli.texts import N_, _
from synergie.contract.commands._print import print_plan, print_statement
from synergie.measure.commands.files import read_records
from synergie.measure.commands.weather import From, Json, To, parse_days, read_stations

if TYPE_CHECKING:
    from synergie.contract.records.contract import ContractSpan, PerformanceContract
    from synergie.contract.records.mv_plan import ContractWeather, MvPlan, PointEnergies
    from synergie.contract.records.statement import SavingsReport

app = build_command_group(
    N_("Performance contracts: baseline, year's statement, what is due; from files.")
)

_Out = Annotated[Path, typer.Option(metavar="FILE", help=N_("The file to write."))]
_Readings = Annotated[
    list[Path],
    typer.Option("--readings", metavar="FILE", help=N_("Readings of the points; repeat it.")),
]
_Weather = Annotated[
    list[Path] | None,
    typer.Option("--weather", metavar="FILE", help=N_("Daily weather; repeat it.")),
]
_Document = Annotated[
    Path, typer.Argument(metavar="FILE", help=N_("A plan of measurement, or a statement."))
]


@app.command(
    "draft",
    cls=Command,
    help=N_("Write a contract to fill in: a building, or street lighting."),
    epilog="synergie contract draft --kind lighting --out contrat.json",
)
def draft(
    *,
    kind: Annotated[
        Literal["building", "lighting"],
        typer.Option(metavar="KIND", help=N_("building or lighting.")),
    ],
    out: _Out,
) -> None:
    """Exit 0; an existing file is not written over."""
    from synergie.contract.plan.example import build_example

    write_new(out, build_example(kind).model_dump_json(indent=2))
    typer.echo(_("{}: written").format(out))


@app.command(
    "baseline",
    cls=Command,
    help=N_("Fit the baseline of a contract: the plan of measurement that both sign."),
    epilog="synergie contract baseline contrat.json --readings courbes.csv "
    "--weather Q_67.csv.gz --out plan.json",
)
def baseline(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help=N_("A PerformanceContract as JSON."))
    ],
    *,
    readings: _Readings,
    weather: _Weather = None,
    out: _Out,
) -> None:
    """Exit 1 when a point has no baseline; an existing file is not written over: it is frozen."""
    from synergie.contract.records.contract import PerformanceContract

    with extra("plan"):
        from synergie.contract.plan.baseline import build_plan
    contract = load_record(file, PerformanceContract)
    plan = build_plan(
        contract,
        _read_energies(readings, [one.id for one in contract.points]),
        read_weather(weather, contract, contract.baseline),
        made_on=date.today(),  # noqa: DTZ011 (a civil day, where the command is typed)
    )
    write_new(out, plan.model_dump_json(indent=1))
    print_plan(plan)


@app.command(
    "sign",
    cls=Command,
    help=N_("Sign a plan or a statement for a party of its contract."),
    epilog="synergie contract sign plan.json --party syndicat --key cle.json",
)
def sign(
    file: _Document,
    *,
    party: Annotated[str, typer.Option("--party", "--org", metavar="ORG", help=N_("Who signs."))],
    key: Annotated[Path, typer.Option(metavar="FILE", help=N_("Its private key."))],
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help=N_(
                "Write the signature alone, for the page of a server; the file stays as it is."
            ),
        ),
    ] = None,
) -> None:
    """Exit 1 when a figure does not come out again: only what holds is signed."""
    with extra("plan"):
        from synergie.contract.plan.digest import sign_document
    from synergie.client.keys import jose_key, load_key

    document = load_document(file)
    check_document(document)
    signer, *_others = jose_key(load_key(key))
    signed = sign_document(document, party, signer, datetime.now(UTC))
    if out is not None:
        write_whole(out, next(one.jws for one in signed.signatures if one.party == party))
        typer.echo(_("{}: written").format(out))
        return
    write_whole(file, signed.model_dump_json(indent=1))
    typer.echo(_("{}: signed by {}").format(file, ", ".join(s.party for s in signed.signatures)))


@app.command(
    "statement",
    cls=Command,
    help=N_("The statement of a year: saving, guarantee, what is due."),
    epilog="synergie contract statement plan.json --readings courbes.csv --weather Q_67.csv.gz "
    "--adjustments faits.json --from 2025-07-01 --to 2026-07-01 --out releve.json",
)
def statement(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=N_("The plan of measurement."))],
    *,
    readings: _Readings,
    weather: _Weather = None,
    adjustments: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help=N_("Adjustments and prices of the year, as JSON.")),
    ] = None,
    starts: From,
    ends: To,
    out: _Out,
    as_json: Json = False,
) -> None:
    """Exit 1 when an input is missing or does not hold; nothing is interpolated."""
    from synergie.contract.records.contract import ContractSpan
    from synergie.contract.records.mv_plan import MvPlan
    from synergie.contract.records.statement import StatementInputs, YearFacts

    with extra("plan"):
        from synergie.contract.plan.statement import build_statement
    plan = load_record(file, MvPlan)
    low, high = parse_days(starts, ends)
    year = ContractSpan(from_date=low, to_date=high)
    facts = YearFacts() if adjustments is None else load_record(adjustments, YearFacts)
    keys = [one.id for one in plan.contract.points]
    keys += [one.meter for one in facts.adjustments if one.meter is not None]
    inputs = StatementInputs(
        plan=plan,
        year=year,
        energies=_read_energies(readings, keys, year),
        weather=read_weather(weather, plan.contract, year),
        adjustments=facts.adjustments,
        prices=facts.prices,
    )
    report = build_statement(inputs)
    write_new(out, report.model_dump_json(indent=1))
    print_statement(report, as_json=as_json)


@app.command(
    "page",
    cls=Command,
    help=N_("Write a statement as a page to read and print."),
    epilog="synergie contract page releve.json --out releve.html",
)
def page(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=N_("A statement."))], *, out: _Out
) -> None:
    """Exit 1 when a figure does not come out again: only what holds is shown."""
    from synergie.cli.texts import speaks_french
    from synergie.contract.records.statement import SavingsReport
    from synergie.reports.language import use_language
    from synergie.reports.page import html

    report = load_record(file, SavingsReport)
    check_document(report)
    with extra("plan"):
        from synergie.contract.reports.statement import build_document
    with use_language("fr" if speaks_french() else "en"):
        write_whole(out, html(build_document(report, _)))
    typer.echo(_("{}: written").format(out))


@app.command(
    "part",
    cls=Command,
    help=N_("Write what one member is handed of a statement: its own points, nothing of others."),
    epilog="synergie contract part releve.json --member custines --out custines.json",
)
def part(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=N_("A statement."))],
    *,
    member: Annotated[str, typer.Option(metavar="ORG", help=N_("The member."))],
    out: _Out,
) -> None:
    """Exit 1 when it has no point in it, or a figure does not come out again."""
    from synergie.contract.records.statement import SavingsReport

    report = load_record(file, SavingsReport)
    check_document(report)
    with extra("plan"):
        from synergie.contract.plan.statement import select_member
    write_whole(out, select_member(report, member).model_dump_json(indent=1))
    typer.echo(_("{}: written").format(out))


@app.command(
    "verify",
    cls=Command,
    help=N_("Compute a statement, or a plan, again from its file alone, and check who signed."),
    epilog="synergie contract verify releve.json --key syndicat=syndicat.jwks.json",
)
def verify(
    file: _Document,
    *,
    key: Annotated[
        list[str] | None,
        typer.Option(metavar="ORG=FILE", help=N_("Public keys of a party; repeat it.")),
    ] = None,
) -> None:
    """Exit 1 when a figure does not come out again, or a signature does not hold."""
    with extra("plan"):
        from synergie.contract.plan.digest import check_signatures
    from synergie.cli.files import parse
    from synergie.proof.jose import public_keys

    document = load_document(file)
    check_document(document)
    keys = {}
    for one in key or ():
        party, equals, path = one.partition("=")
        if not equals:
            raise Misuse(_("--key: ORG=FILE"))
        keys[party] = public_keys(parse(Path(path)))
    sound = check_signatures(document, keys)
    typer.echo(_("{}: every figure comes out again").format(file))
    for one_signature in document.signatures:
        said = _("holds") if one_signature.party in sound else _("not checked: give its key")
        typer.echo(_("signature of {}: {}").format(one_signature.party, said))
    if not document.signatures:
        typer.echo(_("signed by nobody yet"))


def load_document(path: Path) -> "MvPlan | SavingsReport":
    """A plan of measurement, or a statement, of a file."""
    from synergie.cli.files import parse
    from synergie.contract.records.mv_plan import MvPlan
    from synergie.contract.records.statement import SavingsReport

    if "inputs" in parse(path):
        return load_record(path, SavingsReport)
    return load_record(path, MvPlan)


def check_document(document: "MvPlan | SavingsReport") -> None:
    """BadInput when a figure of *document* does not come out of it again."""
    with extra("plan"):
        from synergie.contract.plan.baseline import check_fitted_plan
        from synergie.contract.plan.statement import check_statement
    from synergie.contract.records.mv_plan import MvPlan

    if isinstance(document, MvPlan):
        check_fitted_plan(document)
    else:
        check_statement(document)


def _read_energies(
    files: Sequence[Path], points: Sequence[str], span: "ContractSpan | None" = None
) -> "tuple[PointEnergies, ...]":
    from synergie.contract.plan.daily_energies import collect_daily_energies, cut_energies

    found = collect_daily_energies(read_records(files), points)
    if span is None:
        return found
    kept = (cut_energies(one, span) for one in found)
    return tuple(one for one in kept if one is not None)


def read_weather(
    files: Sequence[Path] | None, contract: "PerformanceContract", span: "ContractSpan"
) -> "ContractWeather | None":
    """The days of *span* at the station of *contract*. None: it needs no weather."""
    if contract.weather is None:
        return None
    from synergie.contract.plan.baseline import choose_weather

    return choose_weather(read_stations(list(files or ())), contract.weather.station, span)


def write_new(path: Path, text: str) -> None:
    """Misuse when *path* is there: what was frozen or signed is not written over."""
    if path.exists():
        raise Misuse(_("{} is there already: it is not written over").format(path))
    write_whole(path, text)
