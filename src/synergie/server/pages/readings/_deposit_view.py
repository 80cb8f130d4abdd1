"""What the pages of the deposit show: built from the use cases, drawn by the templates."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from synergie.errors import BadInput, NotAllowed, NotFound, SynergieError
from synergie.exchange.readings.depot import DepositRecord, Drop, Open
from synergie.exchange.readings.profiles import profile_name
from synergie.formats import load_formats
from synergie.formats.confirmations import CONFIRM
from synergie.formats.french import build_french_translator, list_catalogue_texts
from synergie.formats.tables.rows_at import TableRow, format_sendable_cell
from synergie.formats.tables.wording import CHOICES, FIELDS, LAYOUTS, QUESTIONS, ROLES
from synergie.policy.readings.flows import find_flow
from synergie.reports.french import typeset_french
from synergie.reports.refused import Retold, column, describe_remedy
from synergie.schemas.readings.file_report import FileReport, RefusedLine
from synergie.schemas.readings.table_profile import TableColumn
from synergie.server.pages.visit import Visit
from synergie.server.pages.words import build_translator, format_page_number, format_quantity

# What a file holds, French and English beside each other.

type Pair = tuple[str, str]
"""French, English."""

KINDS: dict[str, Pair] = {
    "meter_curve": ("morceaux de courbes", "pieces of curves"),
    "supply_point": ("points de livraison", "delivery points"),
    "supply_terms": ("contrats de points de livraison", "terms of delivery points"),
    "site": ("sites", "sites"),
    "register_reading": ("relevés d'index", "index readings"),
    "interval_reading": ("relevés sur un intervalle", "readings over an interval"),
    "period_energy": ("énergies d'une période", "energies of a period"),
    "invoice_line": ("lignes de facture", "invoice lines"),
    "market_curve": ("courbes de marché", "market curves"),
    "light_point": ("points lumineux", "light points"),
    "cabinet": ("armoires", "cabinets"),
    "support": ("supports", "supports"),
    "circuit": ("départs", "circuits"),
    "night_profile": ("profils de nuit", "night profiles"),
    "dimming_range": ("plages d'abaissement", "dimming ranges"),
    "work_order": ("travaux et signalements", "works and tickets"),
    "perimeter_row": ("lignes d'un périmètre", "rows of a perimeter"),
}
"""What a file holds, by kind of record."""


ROWS = 100
"""Refused rows of one page."""

_SHOWN = 3
_KEPT_ELSEWHERE = (
    "meteo-france-daily",
    "offers",
    "offers-xlsx",
    "template-purchase-group",
    "template-crews",
    "template-forward-prices",
    "template-rules",
)


@dataclass(frozen=True, slots=True)
class FormatLine:
    """A format that is taken: its name here, and what people call it."""

    name: str
    title: str


@dataclass(frozen=True, slots=True)
class RefusedView:
    """One refused row in words."""

    line: int | None
    column: str
    found: str
    expected: str
    action: str


@dataclass(frozen=True, slots=True)
class ColumnView:
    """One column of a table: its name, what it is taken for, and what stands in it."""

    name: str
    meaning: str
    some: tuple[str, ...]
    field: str
    """What it may be said to be: the name of its list."""


@dataclass(frozen=True, slots=True)
class ChoiceView:
    """One answer."""

    value: str
    text: str


@dataclass(frozen=True, slots=True)
class QuestionView:
    """One thing that the table leaves open."""

    field: str
    text: str
    choices: tuple[ChoiceView, ...]
    why: str
    """What stands in the table. Empty: the text says it."""


@dataclass(frozen=True, slots=True)
class DoubtView:
    """What the figures of a table leave in doubt, with the answer that confirms them."""

    field: str
    text: str
    action: str


@dataclass(frozen=True, slots=True)
class Awaited:
    """A flow whose file is to be dropped."""

    name: str
    reason: str
    who: str | None
    late: bool


@dataclass(frozen=True, slots=True)
class TableView:
    """A table whose profile is proposed."""

    drop: Drop
    layout: str
    columns: tuple[ColumnView, ...]
    questions: tuple[QuestionView, ...]
    name: str
    """The name proposed for the profile."""
    of_one_file: bool
    """Whether the profile names a meter or a year of this file alone."""
    doubts: tuple[DoubtView, ...]
    roles: tuple[ChoiceView, ...]
    """What a column may be said to be."""


def list_deposit_formats(visit: Visit) -> list[FormatLine]:
    """The formats that a deposit takes, in the order of their words."""
    some = [one for one in load_formats().values() if one.name not in _KEPT_ELSEWHERE]
    lines = [FormatLine(one.name, visit.tell(one.title)) for one in some]
    return sorted(lines, key=lambda one: one.title.casefold())


def find_late_flow(visit: Visit, form: str) -> Awaited | None:
    """The flow that brought the visitor here, when it is one of its organisation's."""
    house = visit.services
    told = house.readings.freshness if visit.lang == "fr" else house.readings.depot.freshness
    for one in told.flows(visit.principal, now=visit.now) if form in load_formats() else ():
        if one.id == form:
            late = one.state != "up_to_date"
            return Awaited(
                format_flow_names(visit, (form,)),
                translate_report_text(visit, one.reason),
                one.who_can_act,
                late,
            )
    return None


def get_format_title(visit: Visit, form: str) -> str:
    """What people call a format."""
    found = load_formats().get(form)
    return form if found is None else visit.tell(found.title)


def format_flow_names(visit: Visit, names: Sequence[str]) -> str:
    """Flows as people call them, with what they are."""
    return ", ".join(f"{find_flow(one).code} ({get_format_title(visit, one)})" for one in names)


def lines_read(report: FileReport) -> int:
    """Rows or items that came in."""
    return report.records + report.duplicates + report.rejected


def describe_row_counts(visit: Visit, report: FileReport) -> str:
    """The sentence that answers whether the file was taken."""
    rows, refused = lines_read(report), report.rejected
    return f"{read_and_refused(visit, rows, refused)}."


def read_and_refused(visit: Visit, rows: int, refused: int) -> str:
    """How many rows were read and refused: `48 921 lignes lues, 12 refusées`."""
    many_fr = "lignes lues" if rows > 1 else "ligne lue"
    many_en = "rows" if rows != 1 else "row"
    left_fr = "refusées" if refused > 1 else "refusée"
    counts = (format_page_number(visit.lang, rows), format_page_number(visit.lang, refused))
    return visit.say(
        f"{{}} {many_fr}, {{}} {left_fr}", f"{{}} {many_en} read, {{}} refused", *counts
    )


def build_refused_views(visit: Visit, refused: Sequence[RefusedLine]) -> list[RefusedView]:
    """Refused rows in the visit's language."""
    return [
        RefusedView(
            line=one.line,
            column=column(one),
            found=one.value,
            expected=translate_report_text(visit, one.reason),
            action=translate_report_text(visit, describe_remedy(one.code, str)),
        )
        for one in refused
    ]


def count_record_kinds(visit: Visit, report: FileReport) -> list[tuple[str, int]]:
    """What was kept, kind by kind."""
    return [(visit.say(*KINDS.get(kind, (kind, kind))), n) for kind, n in report.kinds.items()]


def format_series_energy(visit: Visit, kwh: float | None) -> str:
    """The energy of a series, with the decimals it has, three at most."""
    if kwh is None:
        return "–"
    decimals = next((n for n in range(3) if round(kwh, n) == kwh), 3)
    return format_quantity(visit.lang, kwh, "kWh", decimals)


def list_report_notes(visit: Visit, report: FileReport) -> list[str]:
    """What was decided, assumed or seen, but what the findings say already."""
    told = tuple(one.text for one in report.findings)
    return [
        translate_report_text(visit, one) for one in report.warnings if not one.startswith(told)
    ]


def translate_report_text(visit: Visit, text: str) -> str:
    """A sentence of a report, kept in English, in the visit's language."""
    return typeset_french(_build_french_translator()(text)) if visit.lang == "fr" and text else text


def fault(visit: Visit, error: SynergieError) -> str:
    """Why a file was not taken."""
    if isinstance(error, NotAllowed):
        return visit.say(
            "Pendant la lecture, votre compte a changé : il ne permet plus de déposer. Ce qui "
            "avait été écrit de ce fichier a été défait. La personne qui tient les comptes peut "
            "vous rendre ce rôle",
            "While the file was read your account changed: it does not deposit any more. What had "
            "been written of this file was undone. The keeper of the accounts can give you the "
            "role back",
        )
    return translate_report_text(visit, error.tell(build_translator(visit.lang)))


def describe_answer_fault(visit: Visit, error: BadInput) -> str:
    """What is wrong with an answer, beside its question."""
    asked = {str(name): text for name, text in QUESTIONS.items()}.get(error.where)
    if asked is None:
        return fault(visit, error)
    told = visit.say("Sans réponse lisible : {}", "Without an answer that can be read: {}")
    return told.format(visit.tell(asked))


def build_table_view(visit: Visit, opened: Open) -> TableView:
    """The proposal for a table, and what is asked."""
    proposal = opened.proposal
    laid = proposal.table
    return TableView(
        drop=opened.drop,
        layout=visit.tell(LAYOUTS[laid.layout]),
        columns=tuple(_iterate_column_views(visit, opened)),
        questions=tuple(
            QuestionView(
                field=one.name,
                text=visit.tell(one.text),
                choices=tuple(
                    ChoiceView(choice, visit.tell(CHOICES.get(choice, choice)))
                    for choice in one.choices
                ),
                why=one.why,
            )
            for one in proposal.questions
        ),
        name=_find_free_profile_name(visit, profile_name(proposal)),
        of_one_file=laid.of_one_file or any(q.field == "supply_point" for q in proposal.questions),
        doubts=build_doubt_views(visit, opened.drop),
        roles=tuple(ChoiceView(role, visit.tell(told)) for role, told in ROLES.items()),
    )


def build_doubt_views(visit: Visit, drop: Drop) -> tuple[DoubtView, ...]:
    """What the figures of a file leave in doubt."""
    return tuple(
        DoubtView(
            f"{CONFIRM}{one.code}",
            translate_report_text(visit, one.text),
            translate_report_text(visit, one.action),
        )
        for one in drop.doubts
    )


def _iterate_column_views(visit: Visit, opened: Open) -> Iterator[ColumnView]:
    names = opened.proposal.names
    read = {one.name: one for one in opened.proposal.table.columns}
    below = _select_rows_below_head(opened.rows, names)
    for at, name in enumerate(names):
        some = tuple(format_sendable_cell(cells[at])[:80] for _, cells in below if at < len(cells))
        yield ColumnView(
            name, _describe_column_meaning(visit, read.get(name), opened), some, f"role:{name}"
        )


def _select_rows_below_head(rows: Sequence[TableRow], names: Sequence[str]) -> list[TableRow]:
    """The first rows under the head: those after the last one that bears a name of a column."""
    last = {name.rpartition(" / ")[2] for name in names}
    heads = [i for i, (_, cells) in enumerate(rows) if any(str(one) in last for one in cells)]
    start = heads[-1] + 1 if heads else 0
    return list(rows[start : start + _SHOWN])


def _describe_column_meaning(visit: Visit, told: TableColumn | None, opened: Open) -> str:
    if told is None:
        wide = opened.proposal.table.layout == "wide_months"
        month = visit.say("mois, si c'en est un", "month, if it is one")
        return month if wide else visit.say("non lue", "not read")
    unit = told.unit or (opened.proposal.table.unit if told.field == "value" else None)
    parts = (visit.tell(FIELDS[told.field]), told.tariff_class, unit)
    return ", ".join(part for part in parts if part)


def _find_free_profile_name(visit: Visit, name: str) -> str:
    """*name*, or the next one that no profile has."""
    taken = visit.readings.profiles
    for rank in ("", *(f"-{n}" for n in range(2, 100))):
        try:
            taken.read(visit.principal, f"{name}{rank}", now=visit.now)
        except NotFound:
            return f"{name}{rank}"
    return name


def pages_of(taken: DepositRecord) -> int:
    """Pages that its refused rows take."""
    return max(1, -(-len(taken.report.refused) // ROWS))


@cache
def _build_french_translator() -> Retold:
    return Retold(build_french_translator(), list_catalogue_texts())
