"""The template of a purchase group (groupement d'achat): members, lots, suppliers, fees, terms.

With a perimeter and offers it is all that a purchase needs (`synergie.purchase.plan.offers`). One
kind of thing a row, so that one file of one sheet holds it whole.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import BinaryIO

from synergie.errors import BadInput
from synergie.formats.checks import N_
from synergie.formats.columns import Value, Values
from synergie.formats.format import Record
from synergie.formats.report import Place, Report
from synergie.formats.templates.columns import TABLES, WORDS, Template
from synergie.formats.templates.engine import read_placed as placed_rows
from synergie.formats.templates.engine import template_format
from synergie.formats.templates.parts import (
    compute_day_after,
    convert_to_exact,
    select_known_values,
)
from synergie.formats.templates.plain import rows_of
from synergie.park.templates.crew_cells import parse_code_list
from synergie.purchase.records.group_row import GroupRow
from synergie.schemas.readings.profile import Profile

_SAME = (
    "kind", "name", "lot", "siret", "mandate", "may_leave", "min_awards", "max_awards",
    "running_alone_eur", "reserved", "eur", "source", "fee_fixed", "fee_per_pdl", "fee_per_mwh",
    "cap", "max_lots", "max_mwh", "min_mwh", "starts", "award_at", "provenance",
)  # fmt: skip
_DAYS = {"mandate_until": "mandate_last", "ends": "last_day"}
_LISTS = {"market_segments": WORDS["segments"], "usages": WORDS["usages"]}
_SHARE = "a share in %, as 50"


def _build_group_records(values: Values) -> tuple[Record, ...]:
    fields: dict[str, object] = {name: values[name] for name in _SAME if name in values}
    for name, words in _LISTS.items():
        text = re.sub("[/+]", ",", str(values.get(name, "")))
        fields[name] = parse_code_list(text, words, name)
    for name, column in _DAYS.items():
        last = values.get(column)
        if isinstance(last, date):
            fields[name] = compute_day_after(last, f"/{column}", "a date of our time")
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
        fields["green_percent"] = convert_to_exact(row.green_share) * 100
    return select_known_values(fields)


_rows = rows_of(GroupRow, row_of, N_("a row of a purchase group"))


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
    columns=TABLES["purchase-group"],
    records=_build_group_records,
    rows=_rows,
    fields={"mandate_until": "mandate_last", "ends": "last_day", "green_share": "green_percent"},
)
FORMAT = template_format(TEMPLATE, title=N_("Purchase group to fill (CSV, XLSX)"))
