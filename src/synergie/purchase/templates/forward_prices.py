"""The template of a price forward curve (PFC): a row an hour, quoted on one day by one source."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import BinaryIO

from synergie.calendar import load_time_zone
from synergie.errors import BadInput
from synergie.formats.checks import N_
from synergie.formats.columns import Value, Values
from synergie.formats.format import Record
from synergie.formats.report import Place, Report
from synergie.formats.templates.columns import TABLES, Template
from synergie.formats.templates.engine import read_placed as placed_rows
from synergie.formats.templates.engine import template_format
from synergie.formats.templates.parts import select_known_values
from synergie.formats.templates.plain import rows_of
from synergie.schemas.readings.forward_price import ForwardPrice
from synergie.schemas.readings.profile import Profile

_PARIS = load_time_zone("Europe/Paris")
_START = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:00(:00)?(Z|[+-]\d\d:\d\d)", re.ASCII)
_FORM = N_("the start of an hour with its offset, as 2027-01-01T00:00+01:00")
_OFFSET = N_("the offset of Paris in that hour, or that of UTC")


def _build_price_records(values: Values) -> tuple[Record, ...]:
    told = {**values, "start": parse_start(str(values["start"]))}
    told.setdefault("provenance", "partner")
    return (ForwardPrice.model_validate(told),)


def parse_start(text: str) -> datetime:
    """The hour that *text* begins, UTC. BadInput: no offset, or not that of Paris nor of UTC.

    A file written with +01:00 all year is an hour off in summer by the clocks that it means.
    """
    if not _START.fullmatch(text):
        raise BadInput("/start", text, _FORM)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadInput("/start", text, _FORM) from error
    offset = moment.utcoffset()
    if offset and offset != moment.astimezone(_PARIS).utcoffset():
        raise BadInput("/start", text, _OFFSET)
    return moment.astimezone(UTC)


def _row_of(price: ForwardPrice) -> Values:
    """The cells of *price* by name of column."""
    fields: dict[str, Value | None] = {name: getattr(price, name) for name in _SAME}
    fields["start"] = price.start.astimezone(_PARIS).isoformat(timespec="minutes")
    return select_known_values(fields)


_SAME = ("eur_per_mwh", "quoted_on", "source", "provenance")


def read_placed(
    source: BinaryIO, profile: Profile
) -> tuple[Iterator[tuple[Place, ForwardPrice]], Report]:
    """The hours of a curve, CSV or XLSX, each with its line; as `FORMAT.read` otherwise."""
    placed, report = placed_rows(source, profile, TEMPLATE)
    return ((at, row) for at, row in placed if isinstance(row, ForwardPrice)), report


TEMPLATE = Template(
    name="forward-prices",
    title="Courbe de prix à terme",
    about="Prix de chaque heure à venir, cotés un même jour : une ligne par heure de livraison ; "
    "du gaz, une par jour gazier suffit.",
    columns=TABLES["forward-prices"],
    records=_build_price_records,
    rows=rows_of(ForwardPrice, _row_of, N_("an hour of a price forward curve")),
)
FORMAT = template_format(TEMPLATE, title=N_("Price forward curve to fill (CSV, XLSX)"))
