"""The template of delivery points, with the terms they are served under."""

from collections.abc import Iterable, Iterator

from synergie.errors import BadInput, Words
from synergie.formats.checks import N_
from synergie.formats.columns import Values
from synergie.formats.format import Record
from synergie.formats.templates.columns import TABLES, Template
from synergie.formats.templates.engine import template_format
from synergie.formats.templates.parts import key_of, provenance_of
from synergie.formats.templates.plain import values_of
from synergie.schemas.assets.supply_point import SupplyPointRecord
from synergie.schemas.assets.supply_terms import SupplyTerms

COLUMNS = TABLES["supply-points"]
_TERMS = (
    "valid_from", "meter_type", "offpeak_hours", "supplier", "supplier_siren", "contract_end",
    "holder_siret",
)  # fmt: skip
_POINT = ("code", "site", "market_segment", "tariff_code", "usage")
_NUMBERS = ("subscribed_power_kva", "annual_kwh")
NAME = "template-supply-points"


def _build_point_records(values: Values) -> tuple[Record, ...]:
    """The point, and its terms where the row tells from when they hold."""
    scheme, code = key_of(values).split(":", 1)
    fields: dict[str, object] = {name: values[name] for name in _POINT if name in values}
    fields |= {name: float(str(values[name])) for name in _NUMBERS if name in values}
    fields |= {"scheme": scheme, "code": code}
    fields["personal_data"] = values.get("personal_data", "possible")
    fields["provenance"] = provenance_of(values, code)
    point = SupplyPointRecord.model_validate(fields)
    told = {name: values[name] for name in _TERMS if name in values}
    if not told:
        return (point,)
    if "valid_from" not in told:
        raise BadInput("/valid_from", Words("an empty cell"), "the day from which the terms hold")
    return point, _build_point_terms(point, values, told)


def _build_point_terms(point: SupplyPointRecord, values: Values, told: Values) -> SupplyTerms:
    power = values.get("subscribed_power_kva")
    powers = [] if power is None else [{"value": power, "unit": "kVA"}]
    fields: dict[str, object] = {
        "supply_point": point.external_id,
        "market_segment": point.market_segment,
        "tariff_code": point.tariff_code,
        "subscribed_powers": powers,
        "source": NAME,
        "provenance": point.provenance,
    }
    return SupplyTerms.model_validate(fields | told)


def _build_point_rows(records: Iterable[Record]) -> Iterator[Values]:
    """A row a point, with its terms when they follow it."""
    waiting: tuple[SupplyPointRecord, Values] | None = None
    for record in records:
        if isinstance(record, SupplyTerms):
            if waiting is None:
                raise BadInput("record", record.external_id, _AFTER)
            yield _join_point_and_terms(waiting, record)
            waiting = None
            continue
        if waiting is not None:
            yield waiting[1]
        if not isinstance(record, SupplyPointRecord):
            raise BadInput("record", type(record).__name__, "a delivery point or its terms")
        waiting = record, values_of(record, COLUMNS)
    if waiting is not None:
        yield waiting[1]


_AFTER = "terms after their own delivery point, which this file can hold whole"


def _join_point_and_terms(waiting: tuple[SupplyPointRecord, Values], terms: SupplyTerms) -> Values:
    """One row of a point and its terms; BadInput when reading it would not give both again."""
    told = {name: getattr(terms, name) for name in _TERMS}
    values = waiting[1] | {name: value for name, value in told.items() if value is not None}
    if _build_point_records(values) != (waiting[0], terms):
        raise BadInput("record", terms.external_id, _AFTER)
    return values


TEMPLATE = Template(
    name="supply-points",
    title="Points de livraison",
    about="Un point de livraison par ligne, avec les conditions de son contrat.",
    columns=COLUMNS,
    records=_build_point_records,
    rows=_build_point_rows,
)
FORMAT = template_format(TEMPLATE, title=N_("Delivery points and their terms to fill (CSV, XLSX)"))
