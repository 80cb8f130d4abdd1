"""A format of the tests: one record a line, as JSON with its kind; known while a test runs."""

import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, BinaryIO

import pytest
from pydantic import ValidationError

from synergie.errors import BadInput
from synergie.exchange.readings.deposits import Deposits
from synergie.formats import registry
from synergie.formats.format import Format, Record
from synergie.formats.report import Report
from synergie.policy.readings import source_priority
from synergie.schemas.assets.cabinet import CabinetRecord
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.assets.site import SiteRecord
from synergie.schemas.assets.supply_point import SupplyPointRecord
from synergie.schemas.readings.deposit import DepositReport
from synergie.schemas.readings.fact import FACTS
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.profile import Profile
from synergie.schemas.readings.register_reading import RegisterReading
from synergie.storage.store import Store
from tests.exchange.people import NOW, Body

PRM = "prm:99000000000017"
LINES, RAW = "test-lines", "test-raw"
"""Two names of the one format: the second is a source that is believed less."""

_MODELS: dict[str, Any] = FACTS | {
    "meter_curve": MeterCurve,
    "site": SiteRecord,
    "supply_point": SupplyPointRecord,
    "cabinet": CabinetRecord,
    "light_point": LightPointRecord,
}


def _read(source: BinaryIO, _profile: Profile) -> tuple[Iterator[Record], Report]:
    report = Report()
    return report.keep(_parsed, enumerate(source, 1)), report


def _parsed(line: bytes) -> Any:
    told = json.loads(line)
    try:
        return _MODELS[told.pop("type")].model_validate_json(json.dumps(told))
    except ValidationError as error:
        raise BadInput("row", line.decode(), "a record") from error


def register(patch: pytest.MonkeyPatch) -> None:
    """Let `read` know the format, under both names."""
    for name in (LINES, RAW):
        form = Format(name=name, title=name, sniff=lambda _: 0.0, read=_read)
        patch.setitem(registry.load_formats(), name, form)
    patch.setitem(source_priority._PRIORITIES, RAW, source_priority.MIDDLE - 10)


def file(*records: Any) -> bytes:
    """A file of the format."""
    kinds = {model: kind for kind, model in _MODELS.items()}
    told = [
        {"type": kinds[type(one)], **one.model_dump(mode="json", exclude_unset=True)}
        for one in records
    ]
    return "".join(json.dumps(one) + "\n" for one in told).encode()


def put(
    store: Store,
    who: Body,
    *records: Any,
    form: str = LINES,
    name: str = "f.lines",
    now: datetime = NOW,
    **more: Any,
) -> DepositReport:
    """Deposit *records* as a file of *who*'s."""
    content = io.BytesIO(file(*records))
    return Deposits(store).deposit(who.caller, content, name=name, format=form, now=now, **more)


def index(value: int, *, source: str = "enedis-r64", day: int = 1, **more: Any) -> RegisterReading:
    """An index of one register at midnight of a day of June 2026."""
    values: dict[str, Any] = {
        "supply_point": PRM,
        "unit": "Wh",
        "instant": datetime(2026, 6, day, tzinfo=UTC),
        "value": Decimal(value),
        "source": source,
        "provenance": "synthetic",
    } | more
    return RegisterReading.model_validate(values)


def curve(start: datetime, values: list[Any], **more: Any) -> MeterCurve:
    """Half-hours of one delivery point."""
    told: dict[str, Any] = {
        "supply_point": PRM,
        "quantity": "active_power",
        "form": "mean_power",
        "direction": "import",
        "unit": "W",
        "start": start,
        "step": "PT30M",
        "values": values,
        "provenance": "synthetic",
    } | more
    return MeterCurve.model_validate(told)
