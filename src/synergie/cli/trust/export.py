"""`synergie export`: what the store holds, in the file a partner asks for."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO

import typer

from synergie.cli._store import StoreUrl, on_behalf, opened
from synergie.cli.misuse import Misuse
from synergie.cli.texts import N_, _
from synergie.errors import BadInput

if TYPE_CHECKING:
    from synergie.exchange.trust.webhooks.outgoing import Outgoing, Wish
    from synergie.formats import Format
    from synergie.schemas.trust.agreement import Granularity
    from synergie.storage.store import Store

SUMMARY = N_("Write what the store holds as the file a partner asks for; --list says which.")
EXAMPLE = """
synergie export workbook --org cc-bassin-de-pompey -o pompey.xlsx
synergie export geopackage --org cc-bassin-de-pompey -o eclairage.gpkg
synergie export curves-csv --org cc-bassin-de-pompey --from 2026-01-01 --to 2026-02-01 -o -
"""

_DATE = "a date YYYY-MM-DD, or a time with its offset"
_ALL = (
    "curves", "energies", "readings", "indexes", "supply_points", "sites", "light_points",
    "cabinets", "supports", "circuits", "work_orders",
)  # fmt: skip
_ON_A_MAP = ("light_points", "cabinets", "supports", "circuits", "sites", "work_orders")
_HELD: dict[str, tuple[str, ...]] = {
    "workbook": _ALL,
    "data-package": _ALL,
    "dcat-ap": _ALL,
    "monthly-csv": ("energies",),
    "monthly-csv-fr": ("energies",),
    "geopackage": _ON_A_MAP,
    "ngsi-ld": ("cabinets", "light_points", "indexes"),
    "ngsi-ld-keyvalues": ("cabinets", "light_points", "indexes"),
    "darkskylab-csv": ("light_points",),
    "light-points-csv": ("light_points",),
    "light-points-csv-fr": ("light_points",),
    "lighting-geojson": ("light_points",),
    "talq": ("cabinets", "light_points"),
    "eclext": ("light_points", "night_profiles", "dimming_ranges"),
    "operat-preparation": ("sites", "supply_points", "energies"),
    "template-sites": ("sites",),
    "template-supply-points": ("supply_points", "terms"),
    "template-monthly-energy": ("energies",),
    "template-light-points": ("light_points",),
    "template-cabinets": ("cabinets",),
    "template-circuits": ("circuits",),
    "template-supports": ("supports",),
    "template-work-orders": ("work_orders",),
}
"""What each format takes of the store; the others take curves."""
_NAMES = {
    "curves-csv": "courbes-ouvert.csv",
    "curves-csv-fr": "courbes-tableur.csv",
    "monthly-csv": "energies-ouvert.csv",
    "monthly-csv-fr": "energies-tableur.csv",
    "workbook": "synergie.xlsx",
    "parquet": "courbes.parquet",
    "arrow": "courbes.arrow",
    "geopackage": "eclairage.gpkg",
    "ngsi-ld": "eclairage.jsonld",
    "ngsi-ld-keyvalues": "eclairage-cles-valeurs.jsonld",
    "darkskylab-csv": "points-lumineux-ciel.csv",
    "dcat-ap": "catalog.jsonld",
    "data-package": "synergie.zip",
    "operat-preparation": "operat-preparation-tableur.csv",
    "green-button": "green-button.xml",
    "cim-vhd": "cim-vhd.xml",
    "eclext": "eclext.zip",
    "enedis-hdm-curve": "courbes-hdm.csv",
    "light-points-csv": "points-lumineux-ouvert.csv",
    "light-points-csv-fr": "points-lumineux-tableur.csv",
    "lighting-geojson": "points-lumineux.geojson",
    "talq": "talq.json",
}
"""The file that is written where none is named."""
_ELSEWHERE = frozenset(
    {
        "meteo-france-daily",
        "offers",
        "offers-xlsx",
        "perimeter",
        "perimeter-xlsx",
        "template-crews",
        "template-forward-prices",
        "template-purchase-group",
        "template-rules",
    }
)
"""Formats of what a command of its own builds (synergie perimeter build), or what people fill."""
_SUMMED = frozenset({"operat-preparation", "dcat-ap"})
"""Formats whose rows are sums over records, or tell of them."""
_PLACED = frozenset({"ngsi-ld", "ngsi-ld-keyvalues", "darkskylab-csv"})
"""Formats whose things must stand somewhere."""


def run(  # noqa: PLR0913 (the options of a command)
    form: Annotated[
        str | None, typer.Argument(metavar="FORMAT", help=N_("Name of a format that is written."))
    ] = None,
    *,
    org: Annotated[str | None, typer.Option(metavar="ORG", help=N_("Who asks."))] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help=N_("The file; - is the output.")),
    ] = None,
    start: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help=N_("First day, included."))
    ] = None,
    end: Annotated[
        str | None, typer.Option("--to", metavar="DATE", help=N_("Last day, excluded."))
    ] = None,
    series: Annotated[
        list[str] | None, typer.Option(metavar="ID", help=N_("Only this series; repeat for more."))
    ] = None,
    kind: Annotated[
        list[str] | None,
        typer.Option(metavar="KIND", help=N_("Only this kind of record; repeat for more.")),
    ] = None,
    agreement: Annotated[
        str | None, typer.Option(metavar="ID", help=N_("What this agreement opens, not your own."))
    ] = None,
    granularity: Annotated[
        str | None,
        typer.Option(metavar="STEP", help=N_("How fine the curves are: half_hour, hour, day…")),
    ] = None,
    licence: Annotated[
        str | None, typer.Option(metavar="TEXT", help=N_("Licence that the file says."))
    ] = None,
    address: Annotated[
        str | None, typer.Option(metavar="URL", help=N_("Where a catalogue's files are published."))
    ] = None,
    known: Annotated[
        bool, typer.Option("--list", help=N_("List the formats that are written."))
    ] = False,
    store: StoreUrl = None,
) -> None:
    """Exit 0 when the file is whole; nothing of a file that is not is left behind."""
    if known:
        _print_export_formats()
        return
    if form is None or org is None:
        raise Misuse(_("say the format and whose data it is: synergie export FORMAT --org ORG"))
    _check_export_format(form)
    wish = _build_export_wish(form, start, end, series=series, kinds=kind, agreement=agreement)
    wish = replace(wish, granularity=_parse_granularity(granularity))
    with opened(store) as place:
        out = _build_outgoing(place, org)
        if agreement is not None and not kind:
            wish = replace(wish, kinds=out.opened(wish.kinds, agreement))
        count = _export_records(out, form, wish, output=output, licence=licence, address=address)
    text = _("{} records summed up in the file") if form in _SUMMED else _("{} records written")
    typer.echo(text.format(count), err=True)


def _print_export_formats() -> None:
    from synergie.cli.print import print_aligned_rows

    print_aligned_rows(
        (name, _get_export_name(name), _(one.title)) for name, one in _list_export_formats().items()
    )


def _list_export_formats() -> "dict[str, Format]":
    """The formats that are written from the store, by name."""
    from synergie.formats import load_formats

    return {
        name: one
        for name, one in load_formats().items()
        if one.write is not None and name not in _ELSEWHERE
    }


def _get_export_name(form: str) -> str:
    """The usual name of a file of that format."""
    usual = f"{form}.csv" if form.startswith("template-") else f"synergie.{form}"
    return _NAMES.get(form, usual)


def _check_export_format(form: str) -> None:
    """Misuse unless *form* is a format that is written."""
    if form not in _list_export_formats():
        raise Misuse(_("{}: no format that is written; see synergie export --list").format(form))


def _build_export_wish(
    form: str,
    start: str | None,
    end: str | None,
    *,
    series: list[str] | None,
    kinds: list[str] | None,
    agreement: str | None,
) -> "Wish":
    from synergie.exchange.trust.webhooks.outgoing import KINDS, Wish

    for kind in kinds or ():
        if kind not in KINDS:
            raise Misuse(_("{}: no such kind; there are: {}").format(kind, ", ".join(KINDS)))
    return Wish(
        kinds=tuple(kinds or _HELD.get(form, ("curves",))),
        start=_parse_export_moment("--from", start) or datetime(1970, 1, 1, tzinfo=UTC),
        end=_parse_export_moment("--to", end) or datetime(2199, 1, 1, tzinfo=UTC),
        series=tuple(series or ()),
        agreement=agreement,
    )


def _parse_granularity(text: str | None) -> "Granularity | None":
    """One of the granularities, or None for the finest that is open."""
    from synergie.policy.readings.steps import FINEST_FIRST

    for known in FINEST_FIRST:
        if text in {None, known}:
            return None if text is None else known
    raise Misuse(_("{}: no such granularity; there are: {}").format(text, ", ".join(FINEST_FIRST)))


def _parse_export_moment(option: str, text: str | None) -> datetime | None:
    """A civil day of Paris at its midnight, or a time with its offset."""
    from datetime import date

    from synergie.calendar import day_bounds, load_time_zone

    if text is None:
        return None
    try:
        if len(text) == len("2026-11-25"):
            return day_bounds(date.fromisoformat(text), load_time_zone("Europe/Paris"))[0]
        moment = datetime.fromisoformat(text)
    except (ValueError, OverflowError) as error:  # the midnight of the year 1 or 9999
        raise BadInput(option, text, _DATE) from error
    if moment.tzinfo is None:
        raise BadInput(option, text, _DATE)
    return moment


def _build_outgoing(place: "Store", org: str) -> "Outgoing":
    """What leaves the store on behalf of the organisation."""
    from synergie.exchange.trust.webhooks.outgoing import Outgoing

    scopes = "curves:read", "series:read", "batches:read", "organisations:read"
    return Outgoing(place, on_behalf(place, org, *scopes), _now)


def _export_records(
    out: "Outgoing",
    form: str,
    wish: "Wish",
    *,
    output: Path | None,
    licence: str | None,
    address: str | None,
) -> int:
    """How many records the file holds."""
    from synergie.cli.files import write_whole_file
    from synergie.schemas.readings.profile import Profile

    profile = Profile(about=out.about(wish, licence=licence, address=address))
    told = _Counted(out.records(wish), form)
    if str(output) == "-":
        _write_export_records(sys.stdout.buffer, form, told, profile)
    else:
        with write_whole_file(output or Path(_get_export_name(form))) as sink:
            _write_export_records(sink, form, told, profile)
    if told.unplaced:
        text = _("{} things without a place were left out: this format needs one")
        typer.echo(text.format(told.unplaced), err=True)
    return told.count


def _now() -> datetime:
    return datetime.now(UTC)


def _write_export_records(sink: BinaryIO, form: str, told: "_Counted", profile: Any) -> None:
    from synergie.formats import write

    write(iter(told), sink, format=form, profile=profile)


class _Counted:
    """Records on their way, counted; those that the format cannot place are left out and told."""

    def __init__(self, records: Iterator[Any], form: str) -> None:
        self._records, self._placed = records, form in _PLACED
        self.count = self.unplaced = 0

    def __iter__(self) -> Iterator[Any]:
        for record in self._records:
            if self._placed and getattr(record, "location", record) is None:
                self.unplaced += 1
                continue
            self.count += 1
            yield record
