"""Years of energy and cost as pages show them: every text is ready to print."""

from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import quote

from synergie.exchange.readings.energies.year_tables import BillLine
from synergie.formats import load_formats
from synergie.formats.tables.wording import FIELDS
from synergie.reports.explore import Field
from synergie.schemas.assets.perimeter import Perimeter, PerimeterRow
from synergie.schemas.file_source import FileSource
from synergie.schemas.freshness import FreshnessLine
from synergie.schemas.readings.table_profile import TableField
from synergie.schemas.readings.year_table import YearLine, YearOrigin, YearTable
from synergie.server.pages.assets._sites_view import USAGE
from synergie.server.pages.words import (
    Speech,
    format_energy,
    format_page_euros,
    format_page_number,
    format_quantity,
    short_date,
)

_ORIGIN: dict[YearOrigin, tuple[str, str]] = {
    "curve": ("courbes", "curves"),
    "register": ("relevés d'index", "index readings"),
    "bill": ("factures et tableaux", "bills and tables"),
}
_MARK = {"up_to_date": "●", "late": "▲", "never_received": "○"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLink:
    """A file that a figure comes from. `href` empty: it came by the API."""

    name: str
    href: str
    day: str


@dataclass(frozen=True, slots=True, kw_only=True)
class YearRow:
    """One line of the table."""

    year: int
    what: str
    energy: str
    extent: str
    cost: str
    price: str
    gap: str
    doubts: str
    files: tuple[FileLink, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class YearsView:
    """A table of years. `flows`: how fresh what it comes from is, each with its reason."""

    rows: tuple[YearRow, ...]
    flows: tuple[tuple[str, str], ...]
    waiting: str
    of_one: bool
    """Whether it is of one point: files are told."""


def years_view(visit: Speech, table: YearTable, *, of_one: bool = False) -> YearsView:
    """*table* in the visitor's language."""
    waiting = ""
    if table.waiting:
        waiting = visit.say(
            "Points qui restent à compter : {} ; rechargez la page dans un instant.",
            "Points that are still to be counted: {}; load the page again in a moment.",
            format_page_number(visit.lang, table.waiting),
        )
    return YearsView(
        rows=tuple(_build_year_row(visit, one) for one in table.lines),
        flows=tuple(map(_describe_flow_state, table.freshness)),
        waiting=waiting,
        of_one=of_one,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TermView:
    """One thing that a file says of a point's contract."""

    name: str
    value: str
    file: FileLink


_TERMS: dict[str, TableField] = {
    "market_segment": "market_segment", "tariff_code": "tariff_code", "supplier": "supplier",
    "subscribed_powers": "subscribed_power", "contract_end": "contract_end", "member": "member",
    "member_siret": "holder_siret", "site_name": "name", "insee_code": "insee_code",
    "usage": "usage",
}  # fmt: skip
"""Field of a perimeter's row → what a column of a table is called that tells it."""


def terms_view(visit: Speech, found: Perimeter) -> list[TermView]:
    """What files say of the one point of *found*, each with its file."""
    return [
        TermView(
            name=visit.tell(FIELDS[_TERMS[cell.field]]),
            value=_format_row_value(visit, found.rows[0], cell.field),
            file=_build_file_link(visit, cell.source),
        )
        for cell in found.filled
        if cell.field in _TERMS
    ]


def _format_row_value(visit: Speech, row: PerimeterRow, field: str) -> str:
    told = getattr(row, field)
    if field == "subscribed_powers":
        return ", ".join(
            " ".join(filter(None, (one.tariff_class, f"{one.value:f}", row.power_unit)))
            for one in row.subscribed_powers
        )
    if field == "usage":
        return visit.say(*USAGE[told])
    return short_date(visit.lang, told) if isinstance(told, date) else str(told)


def _build_year_row(visit: Speech, one: YearLine) -> YearRow:
    lang = visit.lang
    return YearRow(
        year=one.year,
        what=describe_year_energy(visit, one),
        energy=format_energy(lang, float(one.energy_kwh)),
        extent=describe_year_extent(visit, one),
        cost=format_year_cost(visit, one),
        price="" if one.eur_per_kwh is None else format_quantity(lang, one.eur_per_kwh, "€/kWh", 4),
        gap=""
        if one.gap_percent is None
        else f"{format_page_number(lang, one.gap_percent, 1)}\u00a0%",
        doubts=_describe_year_doubts(visit, one),
        files=tuple(_build_file_link(visit, source) for source in one.sources),
    )


def describe_year_energy(visit: Speech, one: YearLine) -> str:
    """What a line comes from, and which energy it is when it is not electricity drawn."""
    words = [visit.say(*_ORIGIN[one.origin])]
    if one.format:
        words.append(one.format)
    if one.energy == "gas":
        words.append(visit.say("gaz", "gas"))
    if one.direction == "export":
        words.append(visit.say("injection", "export"))
    return ", ".join(words)


def describe_year_extent(visit: Speech, one: YearLine) -> str:
    """How much of the year is known: never a part of it without a word."""
    if one.months is None:
        told = visit.say("points : {}", "points: {}", format_page_number(visit.lang, one.points))
        part = one.points - one.whole_points
        if part:
            told += visit.say(
                ", dont {} sur une partie de l'année", ", {} of them for a part of the year",
                format_page_number(visit.lang, part),
            )  # fmt: skip
        return told
    if one.whole_points:
        return visit.say("année entière", "whole year")
    return visit.say("{} mois sur 12", "{} of 12 months", one.months)


_VAT = {
    True: ("TTC", "with VAT"), False: ("HT", "without VAT"), None: ("TVA non dite", "VAT not told"),
}  # fmt: skip


def list_bill_fields(visit: Speech) -> list[Field[BillLine]]:
    """What a table of bills can show, sort and filter by."""
    say = visit.say
    return [
        Field(name="point", head=say("Point de livraison", "Delivery point"), facet=True,
              value=lambda one: one.point.key,
              href=lambda one: f"/sites/points/{quote(one.point.id)}"),
        Field(name="site", head=say("Site", "Site"), value=lambda one: one.point.site_name,
              hidden=True, facet=True),
        Field(name="du", head=say("Du", "From"), kind="date", value=lambda one: one.start),
        Field(name="au", head=say("Au (compris)", "To (included)"), kind="date",
              value=lambda one: one.end - timedelta(days=1)),
        Field(name="source", head=say("D'après", "By"), facet=True,
              value=lambda one: _name_source(visit, one.source)),
        Field(name="energie", head=say("Énergie facturée", "Energy billed"), kind="energy",
              unit="kWh", value=lambda one: float(one.total.kwh)),
        Field(name="cout", head=say("Coût", "Cost"), kind="euros", unit="€", beside=("tva",),
              value=lambda one: one.total.eur, text=lambda one: _format_bill_cost(visit, one)),
        Field(name="tva", head=say("TVA", "VAT"), hidden=True,
              value=lambda one: say(*_VAT[one.total.vat_included])),
        Field(name="compteur", head=say("Mêmes jours au compteur", "Same days by the meter"),
              kind="energy", unit="kWh",
              value=lambda one: None if one.metered is None else float(one.metered)),
        Field(name="ecart", head=say("Écart", "Gap"), kind="share", value=lambda one: one.gap),
    ]  # fmt: skip


def _name_source(visit: Speech, form: str | None) -> str | None:
    """What people call the format that told it."""
    found = load_formats().get(form or "")
    return form if found is None else visit.tell(found.title)


def _format_bill_cost(visit: Speech, one: BillLine) -> str:
    told = format_page_euros(visit.lang, one.total.eur)
    return told if one.total.eur is None else f"{told} {visit.say(*_VAT[one.total.vat_included])}"


def format_year_cost(visit: Speech, one: YearLine) -> str:
    """Its cost, with or without VAT, and for how much energy; empty: not known."""
    if one.cost_eur is None:
        return ""
    told = f"{format_page_euros(visit.lang, one.cost_eur)} {visit.say(*_VAT[one.vat_included])}"
    if one.cost_energy_kwh is not None and abs(one.cost_energy_kwh - one.energy_kwh) >= 1:
        told += visit.say(
            " (pour {})", " (for {})", format_energy(visit.lang, float(one.cost_energy_kwh))
        )
    return told


def _describe_year_doubts(visit: Speech, one: YearLine) -> str:
    said = []
    if one.suspect:
        said.append(visit.say("périodes suspectes : {}", "suspect periods: {}", one.suspect))
    if one.estimated:
        said.append(visit.say("périodes estimées : {}", "estimated periods: {}", one.estimated))
    return f"▲ {', '.join(said)}" if said else ""


def _build_file_link(visit: Speech, source: FileSource) -> FileLink:
    return FileLink(
        name=source.file or visit.say("par l'API", "by the API"),
        href="" if source.deposit is None else f"/depot/{quote(source.deposit)}",
        day="" if source.received_at is None else short_date(visit.lang, source.received_at),
    )


def _describe_flow_state(one: FreshnessLine) -> tuple[str, str]:
    mark = _MARK[one.state]
    return f"{mark} {one.flow or one.id}", " ".join(filter(None, (one.reason, one.who_can_act)))
