"""`synergie aggregate`: sums over fixed groups of points, published once nobody stands out."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from synergie.cli._store import StoreUrl, on_behalf, opened, read_cli_settings
from synergie.cli.files import load_record
from synergie.cli.help import Command, build_command_group
from synergie.cli.misuse import Misuse
from synergie.cli.print import as_json as print_json
from synergie.cli.print import print_aligned_rows
from synergie.cli.texts import N_, _, format_number
from synergie.errors import BadInput

if TYPE_CHECKING:
    from synergie.exchange.publication.aggregates import Aggregates
    from synergie.schemas.publication.cell_scheme import CellSchemeRecord
    from synergie.schemas.publication.release import Fault, Release, ReleaseCell, ReleaseRequest
    from synergie.storage.store import Store

app = build_command_group(
    N_("Sums over groups of points, published once nobody can be singled out.")
)

_Org = Annotated[
    str, typer.Option("--org", metavar="ORG", help=N_("The organisation that publishes."))
]
_Json = Annotated[bool, typer.Option("--json", help=N_("One JSON document; its keys are stable."))]

_WHY: dict["Fault", str] = {
    "mixed": N_("two kinds of points that are never summed together"),
    "few_points": N_("too few delivery points"),
    "few_enterprises": N_("too few enterprises"),
    "insider": N_("who contributes could subtract its own points"),
    "zero": N_("a sum that would tell that each is zero"),
    "dominated": N_("one contributor is nearly the whole sum"),
}
_CATEGORY = {
    "residential": N_("homes"),
    "professional": N_("professionals"),
    "public_body": N_("public bodies' own"),
}


@app.command(
    "scheme",
    cls=Command,
    help=N_("Define the groups, before any value is seen: a file, or communes by name."),
    epilog=(
        'synergie aggregate scheme communes --org cc-bassin-de-pompey --title "Par commune" '
        "--commune 54430=Custines --commune 54318=Liverdun\n"
        "synergie aggregate scheme communes --org cc-bassin-de-pompey --file groupes.json"
    ),
)
def scheme(
    name: Annotated[str, typer.Argument(metavar="NAME", help=N_("Your name for the scheme."))],
    *,
    org: _Org,
    file: Annotated[
        Path | None, typer.Option(metavar="FILE", help=N_("The scheme as JSON."))
    ] = None,
    title: Annotated[
        str | None, typer.Option(metavar="TITLE", help=N_("What people call it."))
    ] = None,
    commune: Annotated[
        list[str] | None,
        typer.Option(metavar="CODE=NAME", help=N_("A commune, by INSEE code; repeat it.")),
    ] = None,
    own_points: Annotated[
        bool,
        typer.Option(
            "--own-points",
            help=N_("You attest that the lighting and buildings you declare are your own."),
        ),
    ] = False,
    store: StoreUrl = None,
) -> None:
    """Exit 0 when it is defined; the same again changes nothing."""
    body = _build_cell_scheme(file, title, commune or [], own_points=own_points)
    with opened(store) as place:
        from synergie.exchange.publication.cell_schemes import CellSchemes

        caller = on_behalf(place, org)
        made = CellSchemes(place).save(caller, name, body, now=datetime.now(UTC))
    typer.echo(
        _("{}: version {}, {} cells, {}").format(
            made.name, made.version, format_number(len(made.cells)), made.id
        )
    )


@app.command(
    "release",
    cls=Command,
    help=N_("Sum a closed month or year, and publish what may be told."),
    epilog="synergie aggregate release communes 2025 --org cc-bassin-de-pompey --open",
)
def release(
    name: Annotated[str, typer.Argument(metavar="NAME", help=N_("Your name for the scheme."))],
    period: Annotated[str, typer.Argument(metavar="PERIOD", help=N_("2025, or 2025-03."))],
    *,
    org: _Org,
    energy: Annotated[
        Literal["electricity", "gas"], typer.Option(help=N_("What is summed."))
    ] = "electricity",
    to_all: Annotated[
        bool, typer.Option("--open", help=N_("Open it to the public (Licence Ouverte 2.0)."))
    ] = False,
    as_json: _Json = False,
    store: StoreUrl = None,
) -> None:
    """Exit 0 when it is published; 1 when no cell may be told, or the period is not over."""
    with opened(store) as place:
        from synergie.exchange.publication.cell_schemes import CellSchemes

        caller, now = on_behalf(place, org), datetime.now(UTC)
        scheme_id = CellSchemes(place).read(caller, name, now=now).id
        asked = _build_release_request(
            scheme=scheme_id, energy=energy, period=period, open_data=to_all
        )
        made = _build_aggregates(place).release(caller, asked, now=now)
    _print_release(made, as_json=as_json)


@app.command(
    "show",
    cls=Command,
    help=N_("Show what was published, and what was hidden and why."),
    epilog="synergie aggregate show --org cc-bassin-de-pompey",
)
def show(
    identifier: Annotated[
        str | None,
        typer.Argument(metavar="RELEASE", help=N_("One release; all of them when left out.")),
    ] = None,
    *,
    org: _Org,
    as_json: _Json = False,
    store: StoreUrl = None,
) -> None:
    """Exit 0."""
    with opened(store) as place:
        caller, now = on_behalf(place, org), datetime.now(UTC)
        if identifier is not None:
            _print_release(
                _build_aggregates(place).read(caller, identifier, now=now), as_json=as_json
            )
            return
        found: list[Release] = []
        after = None
        while True:
            page = _build_aggregates(place).page(caller, after=after, now=now)
            found += page.items
            after = page.next
            if after is None:
                break
    if as_json:
        print_json([one.model_dump(mode="json") for one in found])
    elif not found:
        typer.echo(_("Nothing published yet: synergie aggregate release"))
    else:
        print_aligned_rows(
            (one.id, one.period, one.energy, f"v{one.version}", len(one.cells)) for one in found
        )


def _build_aggregates(place: "Store") -> "Aggregates":
    from fractions import Fraction

    from synergie.exchange.publication.aggregates import Aggregates
    from synergie.policy.trust.atoms import Limits

    chosen = read_cli_settings()
    limits = Limits(
        min_points=chosen.aggregate_min_points,
        min_enterprises=chosen.aggregate_min_enterprises,
        max_share=Fraction(str(chosen.aggregate_max_share)),
    )
    return Aggregates(place, limits)


def _build_cell_scheme(
    file: Path | None, title: str | None, communes: list[str], *, own_points: bool
) -> "CellSchemeRecord":
    from synergie.policy.publication.cells import by_commune
    from synergie.schemas.publication.cell_scheme import CellSchemeRecord

    if file is not None:
        return load_record(file, CellSchemeRecord)
    if title is None or not communes:
        raise Misuse(_("give a --file, or a --title and each --commune"))
    named = dict(one.partition("=")[::2] for one in communes)
    with _map_validation_error("--commune"):
        cells = by_commune(title, named)
        return CellSchemeRecord(title=title, own_points=own_points, cells=cells)


def _build_release_request(**fields: object) -> "ReleaseRequest":
    from synergie.schemas.publication.release import ReleaseRequest

    with _map_validation_error("PERIOD"):
        return ReleaseRequest.model_validate(fields)


@contextmanager
def _map_validation_error(where: str) -> Iterator[None]:
    """What does not hold, as a fault at *where*."""
    from pydantic import ValidationError

    from synergie.schemas.faults import faults

    try:
        yield
    except ValidationError as error:
        found = faults(error)[0]
        raise BadInput(where, found.found, found.expected) from error


def _print_release(made: "Release", *, as_json: bool) -> None:
    if as_json:
        print_json(made)
        return
    typer.echo(_("{}: {}, {}, version {}").format(made.id, made.period, made.energy, made.version))
    print_aligned_rows(_format_release_cell(cell) for cell in made.cells)
    for told in _describe_release_notes(made):
        typer.echo(told)


def _format_release_cell(cell: "ReleaseCell") -> tuple[str, ...]:
    kind = _(_CATEGORY[cell.category]) if cell.category else _("all together")
    moving = _("who joins or leaves") if cell.movements else ""
    mwh = f"{format_number(cell.energy_wh / 1e6, 3)} MWh"
    return cell.name, kind, moving, _("{} points").format(format_number(cell.n_points)), mwh


def _describe_release_notes(made: "Release") -> Iterator[str]:
    for line in made.hidden:
        why = _(_WHY[line.fault]) if line.fault else ""
        if line.kind is None:
            yield _("hidden: {} ({})").format(line.name, line.cell)
        elif line.kind == "primary":
            yield _("hidden: {} ({}): {}").format(line.name, line.cell, why)
        else:
            text = _("hidden with it: {} ({}), or {} would tell: {}")
            yield text.format(line.name, line.cell, line.protects, why)
    if made.not_counted:
        yield _("{} points without the whole period: in no sum").format(
            format_number(made.not_counted)
        )
    if made.outside:
        yield _("{} points in no commune of the scheme").format(format_number(made.outside))
