"""The template of a purchase group (groupement d'achat): members, lots, suppliers, fees, terms.

With a perimeter and offers it is all that a purchase needs (`synergie.plan.offers`). One kind of
thing a row, so that one file of one sheet holds it whole.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import BinaryIO

from synergie.errors import BadInput
from synergie.formats._format import Record
from synergie.formats._report import Place, Report
from synergie.formats.checks import N_
from synergie.formats.templates._columns import Column, Template, Value, Values
from synergie.formats.templates._crew_cells import listed
from synergie.formats.templates._engine import read_placed as placed_rows
from synergie.formats.templates._engine import template_format
from synergie.formats.templates._parts import PROVENANCE, SEGMENTS, USAGES, after, exact, known
from synergie.schemas.group_row import GroupRow
from synergie.schemas.profile import Profile

KINDS = {
    "member": "membre",
    "lot": "lot",
    "supplier": "fournisseur",
    "alone": "coût seul",
    "fees": "frais du coordonnateur",
    "terms": "conditions de l'achat",
}
RESERVED = {
    "L2113-12": "L2113-12 travailleurs handicapés",
    "L2113-13": "L2113-13 insertion",
    "L2113-13-1": "L2113-13-1 activités en prison",
}
_WHAT = (
    Column(
        name="kind", title="Ligne", kind="choice", words=KINDS, required=True, example="membre",
        purpose="Ce que la ligne décrit ; chaque sorte de ligne n'a que ses colonnes.",
    ),
    Column(
        name="name", title="Nom", example="Commune de Pompey",
        purpose="Membre (comme dans le périmètre), lot ou fournisseur (comme dans les offres).",
    ),
    Column(
        name="lot", title="Lot (identifiant)", example="",
        purpose="Lot ou coût seul : l'identifiant du lot, comme lot-1.",
    ),
)  # fmt: skip
_MEMBER = (
    Column(
        name="siret", title="SIRET du membre", kind="digits", example="24540060100010",
        purpose="Quatorze chiffres, en texte ; relie les points qui ne portent que le SIRET.",
    ),
    Column(
        name="mandate", title="Mandat", example="Délibération 2026-041",
        purpose="Délibération et convention (CCP L2113-7) ; sans elle rien n'est acheté.",
    ),
    Column(
        name="mandate_last", title="Mandat : dernier jour", kind="date", example="31/12/2029",
        purpose="Vide : jusqu'à la fin du groupement.",
    ),
    Column(
        name="may_leave", title="Peut rester hors d'un lot", kind="yes_no", example="non",
        purpose="Vide : comme tous les membres.",
    ),
)  # fmt: skip
_LOT = (
    Column(
        name="market_segments", title="Segments du lot", example="",
        purpose="Segments que le lot prend, séparés par des virgules : C5, ou C2, C3.",
    ),
    Column(
        name="usages", title="Usages du lot", example="",
        purpose="Usages que le lot prend : éclairage public, bâtiment, eau, "
        "recharge de véhicules, autre.",
    ),
    Column(
        name="min_awards", title="Attributaires au moins", kind="whole", example="",
        purpose="Accord-cadre à plusieurs attributaires (CCP R2162-1) ; vide : aucun minimum.",
    ),
    Column(
        name="max_awards", title="Attributaires au plus", kind="whole", example="",
        purpose="Vide : un seul, un bordereau de prix par lot.",
    ),
    Column(
        name="green_percent", title="Part verte demandée (%)", kind="decimal", example="",
        purpose="Du lot, ou de tout l'achat sur la ligne des conditions.",
    ),
    Column(
        name="running_alone_eur", title="Frais d'un marché seul (€/an)", kind="decimal",
        example="", purpose="Ce que coûterait à un membre de passer seul ce marché.",
    ),
    Column(
        name="reserved", title="Réservé (CCP)", kind="choice", words=RESERVED, example="",
        purpose="Lot réservé, ou réserve à laquelle le fournisseur répond.",
    ),
)  # fmt: skip
_COSTS = (
    Column(
        name="eur", title="Coût seul (€/an)", kind="decimal", example="",
        purpose="Ce que le membre paierait seul dans ce lot, frais compris.",
    ),
    Column(
        name="source", title="Origine du coût seul", example="",
        purpose="D'où vient le montant, comme contrat en cours 2026.",
    ),
    Column(
        name="fee_fixed", title="Frais par membre (€/an)", kind="decimal", example="",
        purpose="Demandé par le coordonnateur à chaque membre.",
    ),
    Column(
        name="fee_per_pdl", title="Frais par point (€/an)", kind="decimal", example="",
        purpose="Par point de livraison.",
    ),
    Column(
        name="fee_per_mwh", title="Frais par MWh (€)", kind="decimal", example="",
        purpose="Par MWh acheté.",
    ),
    Column(
        name="cap", title="Plafond des frais (€/an)", kind="decimal", example="",
        purpose="Le plus qu'un membre paie ; vide : sans plafond.",
    ),
)  # fmt: skip
_REST = (
    Column(
        name="max_lots", title="Lots au plus", kind="whole", example="",
        purpose="Lots qu'un fournisseur peut gagner, si la consultation le dit (CCP R2113-1).",
    ),
    Column(
        name="max_mwh", title="Volume au plus (MWh/an)", kind="decimal", example="",
        purpose="Capacité du fournisseur, tous lots ensemble.",
    ),
    Column(
        name="min_mwh", title="Volume au moins (MWh/an)", kind="decimal", example="",
        purpose="Ce que le fournisseur veut au moins s'il gagne.",
    ),
    Column(
        name="starts", title="Livraison : premier jour", kind="date", example="",
        purpose="Premier jour de fourniture.",
    ),
    Column(
        name="last_day", title="Livraison : dernier jour", kind="date", example="",
        purpose="Dernier jour de fourniture, compris.",
    ),
    Column(
        name="award_at", title="Attribution le", kind="moment", example="",
        purpose="Heure de Paris : les offres qui ont expiré alors sont écartées.",
    ),
    PROVENANCE,
)  # fmt: skip
COLUMNS: tuple[Column, ...] = (*_WHAT, *_MEMBER, *_LOT, *_COSTS, *_REST)
_SAME = (
    "kind", "name", "lot", "siret", "mandate", "may_leave", "min_awards", "max_awards",
    "running_alone_eur", "reserved", "eur", "source", "fee_fixed", "fee_per_pdl", "fee_per_mwh",
    "cap", "max_lots", "max_mwh", "min_mwh", "starts", "award_at", "provenance",
)  # fmt: skip
_DAYS = {"mandate_until": "mandate_last", "ends": "last_day"}
_LISTS = {"market_segments": SEGMENTS, "usages": USAGES}
_SHARE = "a share in %, as 50"


def _records(values: Values) -> tuple[Record, ...]:
    fields: dict[str, object] = {name: values[name] for name in _SAME if name in values}
    for name, words in _LISTS.items():
        text = re.sub("[/+]", ",", str(values.get(name, "")))
        fields[name] = listed(text, words, name)
    for name, column in _DAYS.items():
        last = values.get(column)
        if isinstance(last, date):
            fields[name] = after(last, f"/{column}", "a date of our time")
    if "green_percent" in values:
        percent = Decimal(str(values["green_percent"]))
        if not 0 <= percent <= 100:  # noqa: PLR2004 (per cent)
            raise BadInput("/green_percent", percent, _SHARE)
        fields["green_share"] = float(percent / 100)
    if "award_at" in fields and not isinstance(fields["award_at"], datetime):
        raise BadInput("/award_at", fields["award_at"], "a date with its hour, as 25/11/2026 16:00")
    fields.setdefault("provenance", "partner")
    return (GroupRow.model_validate(fields),)


def row_of(row: GroupRow) -> Values:
    """The cells of *row* by name of column."""
    fields: dict[str, Value | None] = {name: getattr(row, name) for name in _SAME}
    for name, words in _LISTS.items():
        fields[name] = ", ".join(words[code] for code in getattr(row, name)) or None
    for name, column in _DAYS.items():
        day: date | None = getattr(row, name)
        fields[column] = None if day is None else day - timedelta(days=1)
    if row.green_share is not None:
        fields["green_percent"] = exact(row.green_share) * 100
    return known(fields)


def _rows(records: Iterable[Record]) -> Iterator[Values]:
    for record in records:
        if not isinstance(record, GroupRow):
            raise BadInput("record", type(record).__name__, "a row of a purchase group")
        yield row_of(record)


def read_placed(
    source: BinaryIO, profile: Profile
) -> tuple[Iterator[tuple[Place, GroupRow]], Report]:
    """The rows of a group, CSV or XLSX, each with its line; as `FORMAT.read` otherwise."""
    placed, report = placed_rows(source, profile, TEMPLATE)
    return ((at, row) for at, row in placed if isinstance(row, GroupRow)), report


TEMPLATE = Template(
    name="purchase-group",
    title="Groupement d'achat",
    about="Membres et mandats, lots, fournisseurs, coûts seuls, frais et conditions de l'achat.",
    columns=COLUMNS,
    records=_records,
    rows=_rows,
    fields={
        "mandate_until": "mandate_last",
        "ends": "last_day",
        "green_share": "green_percent",
    },
)
FORMAT = template_format(TEMPLATE, title=N_("Purchase group to fill (CSV, XLSX)"))
