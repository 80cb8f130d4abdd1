"""Rules of a purchase out of a file: JSON as the records are, or the template of rules, filled."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from pydantic import ValidationError

from synergie.errors import BadInputs
from synergie.formats import Report
from synergie.formats.templates import rules as templates
from synergie.purchase.plan.award.check import form_faults
from synergie.purchase.plan.award.faults import attach_source_rows
from synergie.purchase.plan.offers.files import build_source_row
from synergie.purchase.records.fault import SourceRow
from synergie.purchase.records.rule import RULES, PurchaseRule
from synergie.schemas.readings.profile import Profile
from synergie.schemas.rule_row import RuleRow

_FIELDS: Mapping[str, Mapping[str, str]] = {"min_suppliers": {"count": "suppliers"}}
"""By kind: column → field of the rule, where they differ."""
_UNDER = ("rules",)


@dataclass(frozen=True, slots=True)
class RuleFile:
    """The rules of a file, and where each was read when it has rows."""

    rules: tuple[PurchaseRule, ...]
    sources: tuple[SourceRow, ...] = ()
    report: Report | None = None

    def placed(self, first: int) -> dict[str, SourceRow]:
        """Pointer into the problem → row of the file; *first*: rules that are before these."""
        return {f"/rules/{first + i}": source for i, source in enumerate(self.sources)}


def parse_rules(document: bytes | str, name: str) -> RuleFile:
    """The rules of a JSON list. BadInputs: each value that is not of its kind, and where."""
    try:
        return RuleFile(RULES.validate_json(document))
    except ValidationError as error:
        faults = form_faults(error, under=_UNDER)
        named = (one.model_copy(update={"where": f"{name} {one.where}"}) for one in faults)
        raise BadInputs(tuple(named)) from error


def read_rule_file(source: BinaryIO, name: str) -> RuleFile:
    """The rules of a filled template, CSV or XLSX, with their rows.

    BadInput when it is none; BadInputs with the row of each rule that is not of its kind. What the
    report refuses is no rule.
    """
    placed, report = templates.read_placed(source, Profile())
    told: list[dict[str, Any]] = []
    sources: list[SourceRow] = []
    for place, row in placed:
        told.append(_build_rule(row))
        sources.append(build_source_row(name, place))
    try:
        return RuleFile(RULES.validate_python(told), tuple(sources), report)
    except ValidationError as error:
        rows = {f"/rules/{i}": source for i, source in enumerate(sources)}
        faults = form_faults(error, under=_UNDER)
        raise BadInputs(tuple(attach_source_rows(faults, rows))) from error


def _build_rule(row: RuleRow) -> dict[str, Any]:
    names = _FIELDS.get(row.kind, {})
    own = {
        names.get(name, name): value
        for name in ("kind", "supplier", "offer", "count", "share", "max_eur", "eur", "why")
        if (value := getattr(row, name)) is not None
    }
    of = {name: value for name in ("member", "lot", "point") if (value := getattr(row, name))}
    return {**own, "id": row.rule, "hard": row.eur is None, "of": of}
