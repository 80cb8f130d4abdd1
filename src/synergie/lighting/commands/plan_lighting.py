"""`synergie plan lighting`: scenarios of street lighting side by side, from files an agent has."""

import shlex
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from synergie.cli.extras import needs
from synergie.cli.moment import parse_option_instant
from synergie.cli.print import as_json as print_json
from synergie.cli.texts import N_, _
from synergie.lighting.commands._lighting import (
    Compared,
    Files,
    Inputs,
    build_study_inputs,
    criteria_of,
    pair_of,
    sort_inventory_files,
)

if TYPE_CHECKING:
    from synergie.lighting.records.effects import LightingComparison, LightingCriterion
    from synergie.lighting.records.frontier import LightingFrontier
    from synergie.lighting.records.weighing import LightingVoices, Weighing

HELP = N_(
    "Ways to light side by side, with all their effects: night, service, communes, money, law; "
    "no score."
)
EPILOG = """
    synergie plan lighting foyers.csv armoires.xlsx --prices bpu.csv --out comparaison
    synergie plan lighting foyers.gpkg --commune 54430 --corridors trame-noire.gpkg --out nuit
    synergie plan lighting --study etude.json --voices voix.json --frontier cost,night --json
    """


def lighting(  # noqa: PLR0913 (the options of a command)
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="FILES",
            help=N_("Light points, cabinets, perimeters of delivery points, in any known format."),
        ),
    ] = None,
    *,
    study: Annotated[
        Path | None, typer.Option(metavar="FILE", help=N_("A whole study as JSON, without files."))
    ] = None,
    catalogue: Annotated[
        Path | None, typer.Option(metavar="FILE", help=N_("What luminaires may become, CSV."))
    ] = None,
    prices: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help=N_("The price schedule (BPU), CSV, XLSX or JSON.")),
    ] = None,
    lot: Annotated[
        str | None,
        typer.Option(metavar="NAME", help=N_("Which price schedule, by a part of its name.")),
    ] = None,
    tariff: Annotated[
        str | None,
        typer.Option(metavar="CODE", help=N_("Tariff option of cabinets that tell none.")),
    ] = None,
    offpeak: Annotated[
        list[str] | None,
        typer.Option(
            metavar="HH:MM-HH:MM", help=N_("Off-peak hours of points that tell none; repeat it.")
        ),
    ] = None,
    off: Annotated[
        str | None,
        typer.Option(
            metavar="HH:MM-HH:MM",
            help=N_("Hours without light, today, of cabinets that can be programmed."),
        ),
    ] = None,
    commune: Annotated[
        list[str] | None,
        typer.Option(
            metavar="INSEE=FILE",
            help=N_("Commune of a file that tells none, or INSEE alone for all; repeat it."),
        ),
    ] = None,
    communes: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help=N_("Communes: insee;nom;population;horaires.")),
    ] = None,
    owner: Annotated[
        str | None, typer.Option(metavar="NAME", help=N_("Who pays where no file tells it."))
    ] = None,
    corridors: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help=N_("Ecological corridors, GeoJSON or GeoPackage.")),
    ] = None,
    places: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help=N_("Priority places: id;type;longitude;latitude, or GeoJSON.")
        ),
    ] = None,
    areas: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help=N_("What luminaires light: lieu;nature;armoires;ouverture;fermeture;classe;…"),
        ),
    ] = None,
    scenarios: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help=N_("Scenarios, one measure a row, or JSON; by default six made by rule."),
        ),
    ] = None,
    stated: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help=N_("Figures that people told: critere;valeur;source.")),
    ] = None,
    only_known: Annotated[
        bool,
        typer.Option(
            "--only-known",
            help=N_("Leave out luminaires whose power, kind, cabinet or place is not known."),
        ),
    ] = False,
    voices: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help=N_("What groups said of the criteria, JSON; repeat it.")),
    ] = None,
    frontier: Annotated[
        str | None,
        typer.Option(
            metavar="CRITERIA", help=N_("Plans that none beats on these criteria: cost,night.")
        ),
    ] = None,
    pair: Annotated[
        str | None,
        typer.Option(metavar="KEY,KEY", help=N_("Two scenarios face to face: s4,s5.")),
    ] = None,
    on: Annotated[
        str | None,
        typer.Option(metavar="DATE", help=N_("The day whose network tariff and taxes hold.")),
    ] = None,
    name: Annotated[
        str | None, typer.Option(metavar="TEXT", help=N_("What the study is called."))
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(metavar="MOMENT", help=N_("The moment of the report; by default now.")),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", metavar="DIR",
            help=N_("Write the report, its workbook and its records there."),
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help=N_("Overwrite the folder when a plan wrote it."))
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help=N_("The whole comparison as one JSON document."))
    ] = False,
    limit: Annotated[
        float, typer.Option(metavar="SECONDS", min=0.1, help=N_("Longest time for the frontier."))
    ] = 60,
) -> None:  # fmt: skip
    """Exit 1 when a row or a figure was set aside."""
    asked = None if frontier is None else criteria_of(frontier)
    if out is not None:
        _prepare_output_folder(out, force=force)
    now = datetime.now(UTC) if at is None else parse_option_instant("--at", at)
    named = Files(
        files=sort_inventory_files(files or ()),
        study=study,
        name=name,
        owner=owner,
        communes=commune or (),
        table=communes,
        catalogue=catalogue,
        prices=prices,
        lot=lot,
        tariff=tariff,
        offpeak=offpeak or (),
        off=off,
        corridors=corridors,
        places=places,
        areas=areas,
        scenarios=scenarios,
        stated=stated,
        on=on,
        only_known=only_known,
    )
    read = build_study_inputs(named, now)
    both = pair_of(pair, read.study)
    found = _compute_comparison(read, voices or (), asked, limit)
    if out is not None:
        from synergie.lighting.commands._out import Written, write_folder

        more: list[tuple[str, Any]] = [("--voices", one) for one in voices or ()]
        more += [("--frontier", frontier), ("--pair", pair), ("--at", now.isoformat())]
        write_folder(
            found, Written(now, named.named(), both, _format_command_line(named, more)), out
        )
    if as_json:
        print_json(found.document())
    else:
        _print_study_results(found, out)
    raise typer.Exit(1 if read.set_aside else 0)


def _prepare_output_folder(out: Path, *, force: bool) -> None:
    from synergie.cli.folder import check_output_folder
    from synergie.lighting.commands._out import list_report_file_names

    check_output_folder(out, list_report_file_names(), force=force)


def _compute_comparison(
    read: Inputs,
    voices: Sequence[Path],
    criteria: "tuple[LightingCriterion, ...] | None",
    limit: float,
) -> Compared:
    """The comparison, and beside it the weighing and the frontier that were asked for."""
    with needs("plan"):
        from synergie.lighting.plan.compare import compare
    comparison = compare(read.study, cabinets=True, progress=_print_progress_step)
    told = _load_voice_groups(voices, read, comparison)
    weighing = None if told is None else _weigh_voice_groups(comparison, told)
    found = None if criteria is None else _compute_frontier(read, criteria, limit)
    return Compared(read, comparison, weighing, told, found)


def _load_voice_groups(
    voices: Sequence[Path], read: Inputs, comparison: "LightingComparison"
) -> "LightingVoices | None":
    """What the groups of all files said, on their scales, else on the shipped ones."""
    if not voices:
        return None
    from synergie.lighting.commands._consult_files import load_voice_groups

    return load_voice_groups(voices, read.study, comparison)


def _weigh_voice_groups(comparison: "LightingComparison", said: "LightingVoices") -> "Weighing":
    from synergie.lighting.plan.weighing import weigh

    return weigh(comparison, said)


def _compute_frontier(
    read: Inputs, criteria: "tuple[LightingCriterion, ...]", limit: float
) -> "LightingFrontier":
    from synergie.lighting.plan.frontier import frontier

    return frontier(read.study, criteria, seconds=limit)


def _print_progress_step(done: int, of: int) -> None:
    """Progress on the error output of a terminal, on one line."""
    import sys

    if sys.stderr.isatty():
        typer.echo(f"\r{done}/{of}", err=True, nl=done == of)


def _print_study_results(found: Compared, out: Path | None) -> None:
    from synergie.lighting.commands._print import (
        tell_aside,
        tell_comparison,
        tell_frontier,
        tell_read,
        tell_weighing,
    )

    tell_read(found.read)
    tell_comparison(found.read.study, found.comparison)
    tell_weighing(found.weighing)
    tell_frontier(found.frontier)
    tell_aside(found.read.set_aside)
    if out is not None:
        typer.echo(_("{}: written; open {}").format(out, out / "rapport.html"))


def _format_command_line(files: Files, more: Sequence[tuple[str, Any]]) -> str:
    """What was asked for, as a shell reads it; files by their names alone."""
    told: list[tuple[str, Any]] = [
        ("--study", files.study), ("--catalogue", files.catalogue), ("--prices", files.prices),
        ("--lot", files.lot), ("--tariff", files.tariff), ("--off", files.off),
        ("--communes", files.table), ("--owner", files.owner), ("--corridors", files.corridors),
        ("--places", files.places), ("--areas", files.areas),
        ("--scenarios", files.scenarios), ("--stated", files.stated),
        ("--on", files.on), ("--name", files.name),
        *(("--offpeak", one) for one in files.offpeak),
        *(("--commune", one) for one in files.communes), *more,
    ]  # fmt: skip
    options = [
        word
        for option, value in told
        if value
        for word in (option, value.name if isinstance(value, Path) else str(value))
    ]
    options += ["--only-known"] if files.only_known else []
    names = [one.name for one in files.files]
    return shlex.join(["synergie", "plan", "lighting", *names, *options])
