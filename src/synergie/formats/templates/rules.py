"""The template of rules of one's own: a row a rule, whatever the plan (docs/how-to/rules.md)."""

from collections.abc import Iterator
from decimal import Decimal
from typing import BinaryIO

from synergie.errors import BadInput
from synergie.formats.checks import N_
from synergie.formats.columns import Value, Values
from synergie.formats.format import Record
from synergie.formats.report import Place, Report
from synergie.formats.templates.columns import TABLES, Template
from synergie.formats.templates.engine import read_placed as placed_rows
from synergie.formats.templates.engine import template_format
from synergie.formats.templates.parts import convert_to_exact, select_known_values
from synergie.formats.templates.plain import rows_of
from synergie.schemas.readings.profile import Profile
from synergie.schemas.rule_row import RuleRow

_SHARE = "a share in %, as 50"
_SAME = tuple(name for name in RuleRow.model_fields if name != "share")


def _build_rule_records(values: Values) -> tuple[Record, ...]:
    fields: dict[str, object] = {name: values[name] for name in _SAME if name in values}
    if "percent" in values:
        percent = Decimal(str(values["percent"]))
        if not 0 <= percent <= 100:  # noqa: PLR2004 (per cent)
            raise BadInput("/percent", percent, _SHARE)
        fields["share"] = float(percent / 100)
    fields.setdefault("provenance", "partner")
    return (RuleRow.model_validate(fields),)


def _build_row(row: RuleRow) -> Values:
    """The cells of *row* by name of column."""
    fields: dict[str, Value | None] = {name: getattr(row, name) for name in _SAME}
    fields["percent"] = None if row.share is None else convert_to_exact(row.share).scaleb(2)
    return select_known_values(fields)


def read_placed(
    source: BinaryIO, profile: Profile
) -> tuple[Iterator[tuple[Place, RuleRow]], Report]:
    """The rules of a file, CSV or XLSX, each with its line; as `FORMAT.read` otherwise."""
    placed, report = placed_rows(source, profile, TEMPLATE)
    return ((at, row) for at, row in placed if isinstance(row, RuleRow)), report


TEMPLATE = Template(
    name="rules",
    title="Règles",
    about="Les règles qu'un plan doit tenir, ou tenir autant que possible : une par ligne.",
    columns=TABLES["rules"],
    records=_build_rule_records,
    rows=rows_of(RuleRow, _build_row, N_("a rule of a plan")),
    fields={"share": "percent"},
)
FORMAT = template_format(TEMPLATE, title=N_("Rules of a plan to fill (CSV, XLSX)"))
