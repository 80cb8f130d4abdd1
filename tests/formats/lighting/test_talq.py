"""TALQ: assets of devices, indexes and faults of logs, and a seed that the schemas accept."""

import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from synergie import formats
from synergie.errors import BadInput
from synergie.formats import Report
from synergie.formats.lighting import talq
from synergie.schemas.assets.cabinet import CabinetRecord
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.assets.location import Location
from synergie.schemas.assets.work_order import WorkOrder
from synergie.schemas.readings.profile import Profile
from synergie.schemas.readings.register_reading import RegisterReading
from tests.formats.lighting import talq_messages as say
from tests.formats.lighting.talq_messages import CABINET, LIGHT, LUMINAIRE_TYPE, Schemas, packed

NOON, ONE = "2026-11-01T12:00:00Z", "2026-11-01T13:00:00Z"
ON = {"value": True}


def read(message: object, profile: Profile | None = None) -> tuple[list[Any], Report]:
    records, report = talq.read(io.BytesIO(packed(message)), profile or Profile())
    return list(records), report


def lamp(*more: say.Json, name: str = "PL-1") -> say.Json:
    return say.device(LIGHT, say.basic(name), say.luminaire(), *more)


CABINET_DEVICE = say.device(
    CABINET,
    say.basic("A-7", displayName=say.attribute("String", "Mairie")),
    {"id": "c", "type": "CabinetMonitorFunction"},
)
SEED = {"devices": [lamp(), CABINET_DEVICE], "luminaire-types": [LUMINAIRE_TYPE]}
LOG = say.report(
    say.energy(12.5, NOON),
    say.energy(13, ONE),
    say.event("lampFailure", NOON),
    say.event("softwareUpdating", NOON),
)


def test_our_test_messages_are_as_the_published_schemas_want(shared: Path) -> None:
    schemas = Schemas(shared)
    counted = say.monitor(
        activeEnergy=say.attribute("Float", 3.5, timestamp=NOON),
        operatingHours=say.attribute("Float", 40.0, timestamp=NOON),
        lampFailure=say.attribute("Boolean", True, timestamp=NOON),
    )
    for device in (lamp(counted), CABINET_DEVICE):
        schemas.device(device)
    schemas.check("LuminaireType", LUMINAIRE_TYPE)
    schemas.report(LOG)
    schemas.report(say.report(say.event("lampFailure", NOON, startEndFlag=True)))


def test_a_device_and_its_luminaire_type_are_a_light_point() -> None:
    (point, cabinet), report = read(SEED)
    assert point == LightPointRecord(
        external_id="PL-1",
        location=Location(longitude=6.13, latitude=48.77),
        source_type="LED",
        power_w=30,
        flux_lm=3200,
        cct_k=3000,
        installed_on=date(2024, 1, 6),
        luminaire_model="Citea",
        manufacturer="Maker",
        photometry="DN08",
        provenance="partner",
    )
    assert cabinet == CabinetRecord(
        external_id="A-7",
        name="Mairie",
        location=Location(longitude=6.13, latitude=48.77),
        provenance="partner",
    )
    assert (report.kept, report.refusals) == (2, 0)


@pytest.mark.parametrize(
    "message", [[lamp()], lamp(), {"devices": [lamp()]}], ids=["list", "one", "seed"]
)
def test_devices_come_in_a_list_alone_or_in_our_seed(message: object) -> None:
    (point,), report = read(message)
    assert (point.external_id, point.power_w, report.refusals) == ("PL-1", None, 0)


def test_the_greatest_power_is_not_what_it_takes() -> None:
    kind = {k: v for k, v in LUMINAIRE_TYPE.items() if k != "powerConsumption"}
    (point, _), _ = read(SEED | {"luminaire-types": [kind]})
    assert (point.power_w, point.power_text) == (None, None)
    (point, _), _ = read(SEED | {"luminaire-types": [kind | {"powerConsumption": 30.5}]})
    assert (point.power_w, point.power_text) == (None, "30.5")


def test_a_lamp_type_of_an_older_version_is_met() -> None:
    actuator = {
        "id": "a", "type": "LampActuatorFunction", "lampTypeId": say.attribute("String", "old"),
    }  # fmt: skip
    kind = {"address": "old", "name": "SHP 100", "controlType": "DALI", "wattage": 114}
    (point,), _ = read(
        {"devices": [say.device(LIGHT, say.basic("P"), actuator)], "lamp-types": [kind]}
    )
    assert point.power_w == 114


def test_two_devices_of_one_asset_are_one_light_point() -> None:
    controller = say.device(CABINET, say.basic("PL-1"), say.monitor())
    (point,), report = read([lamp(), controller])
    assert (point.external_id, point.flux_lm, report.kept) == ("PL-1", 3200, 1)


def test_what_two_devices_of_one_asset_say_otherwise_is_not_known() -> None:
    other = say.device(
        CABINET,
        say.basic("PL-1"),
        say.luminaire(luminousFluxConfiguration=say.attribute("Integer", 9)),
    )
    (point,), report = read([lamp(), other])
    assert point.flux_lm is None
    assert any(note.args == ("flux_lm",) for note in report.notes)


def test_a_device_without_asset_is_known_by_its_address() -> None:
    (point,), _ = read([say.device(LIGHT, say.monitor())])
    assert point.external_id == LIGHT


def test_what_is_no_lighting_is_passed_over_and_said() -> None:
    sensor = say.device(LIGHT, say.basic("S"), {"id": "t", "type": "TemperatureSensorFunction"})
    records, report = read([sensor])
    assert records == []
    assert any(note.args == ("Node",) for note in report.notes)


def test_indexes_are_cumulative_kilowatt_hours_of_an_asset() -> None:
    records, report = read(say.report(say.energy(12.5, NOON), say.energy(13, ONE)))
    assert records == [
        RegisterReading(
            asset=LIGHT,
            unit="kWh",
            register_rank="m1",
            instant=datetime(2026, 11, 1, hour, tzinfo=UTC),
            value=value,
            source="talq",
            provenance="partner",
        )
        for hour, value in ((12, Decimal("12.5")), (13, Decimal(13)))
    ]
    assert (report.kept, report.refusals, report.findings) == (2, 0, {})


def test_a_device_tells_its_indexes_and_the_owner_s_name_of_the_asset() -> None:
    counted = say.monitor(
        activeEnergy=say.attribute("Float", 3.5, timestamp=NOON),
        operatingHours=say.attribute("Float", 40, timestamp=NOON),
    )
    (_, first, second), _ = read([lamp(counted)])
    assert [(r.asset, r.quantity, r.unit, r.value) for r in (first, second)] == [
        ("PL-1", "active_energy", "kWh", Decimal("3.5")),
        ("PL-1", "operating_time", "h", Decimal(40)),
    ]


def test_an_index_that_goes_down_begins_another_register_and_is_no_energy() -> None:
    records, report = read(say.report(say.energy(500, NOON), say.energy(2, ONE)))
    assert [record.value for record in records] == [Decimal(500), Decimal(2)]
    found = report.findings["register-decreasing"]
    assert (found.times, found.args) == (1, ("500", "2"))


def test_entries_out_of_order_are_not_taken_for_a_reset() -> None:
    _, report = read(say.report(say.energy(13, ONE), say.energy(12.5, NOON)))
    assert list(report.findings) == ["out-of-order"]


def test_the_time_of_the_entry_serves_and_no_time_is_never_guessed() -> None:
    records, report = read(say.report(say.energy(1, entry=NOON), say.energy(2)))
    assert [record.instant for record in records] == [datetime(2026, 11, 1, 12, tzinfo=UTC)]
    (refused,) = report.refused
    assert refused.fault.where.startswith("/entries/1")
    assert "never guessed" in refused.fault.expected


def test_a_device_attribute_without_time_is_said_and_costs_nothing_else() -> None:
    counted = say.monitor(activeEnergy=say.attribute("Float", 3.5))
    records, report = read([lamp(counted)])
    assert [type(record) for record in records] == [LightPointRecord]
    assert any(note.args == ("activeEnergy",) for note in report.notes)


def test_the_same_index_twice_is_counted_and_another_is_refused() -> None:
    entries = (say.energy(12.5, NOON), say.energy(12.5, NOON), say.energy(13, NOON))
    records, report = read(say.report(*entries))
    assert (len(records), report.duplicates, report.refusals) == (1, 1, 1)
    assert report.refused[0].fault.check == "conflicting-duplicate"


def test_faults_are_reports_and_their_ends_are_not() -> None:
    entries = (
        say.event("lampFailure", NOON, startEndFlag=True),
        say.event("lampFailure", ONE, startEndFlag=False),
        say.event("controlGearComFailure", NOON),
        say.event("supplyLoss", NOON, startEndFlag=False),
    )
    records, report = read(say.report(*entries))
    assert [(o.kind, o.fault_type, o.asset, o.asset_kind) for o in records] == [
        ("report", "lampFailure", LIGHT, "light_point"),
        ("report", "controlGearComFailure", LIGHT, "light_point"),
        ("report", "supplyLoss", LIGHT, "unknown"),
    ]
    assert all(isinstance(order, WorkOrder) for order in records)
    assert records[0].reported_at == datetime(2026, 11, 1, 12, tzinfo=UTC)
    assert len({order.external_id for order in records}) == 3
    assert any(note.args == ("lampFailure",) for note in report.notes)


def test_a_fault_that_is_an_attribute_is_a_report_when_it_is_true() -> None:
    told = {
        value: say.monitor(lampFailure=say.attribute("Boolean", value, timestamp=NOON))
        for value in (True, False)
    }
    records, _ = read([lamp(told[True])])
    assert [r.fault_type for r in records if isinstance(r, WorkOrder)] == ["lampFailure"]
    records, _ = read([lamp(told[False])])
    assert [type(record) for record in records] == [LightPointRecord]


def test_several_reports_in_a_list_are_read() -> None:
    records, _ = read([say.report(say.energy(1, NOON)), say.report(say.energy(2, ONE))])
    assert [record.value for record in records] == [Decimal(1), Decimal(2)]


@pytest.mark.parametrize(
    ("bad", "where"),
    [
        (say.energy("much", NOON), "/entries/0/data/attributeValue/value"),
        (say.energy(True, NOON), "/entries/0/data/attributeValue/value"),
        (say.energy(-1, NOON), "/entries/0/value"),
        (say.energy(1, "yesterday"), "/entries/0/data/attributeValue/timestamp"),
        (say.energy(1, "2026-11-01T12:00:00"), "/entries/0/data/attributeValue/timestamp"),
        ({"data": {"type": "AttributeLogData"}}, "/entries/0/data/srcAddress"),
        ({}, "/entries/0/data"),
        (7, "/entries/0"),
    ],
)  # fmt: skip
def test_a_bad_entry_is_refused_in_its_place_and_the_others_are_kept(bad: Any, where: str) -> None:
    records, report = read(say.report(bad, say.energy(5, ONE)))
    assert [record.value for record in records] == [Decimal(5)]
    (refused,) = report.refused
    assert refused.fault.where == where


@pytest.mark.parametrize(
    "bad",
    [
        {"address": LIGHT, "class": "Node", "functions": []},
        say.device(LIGHT, say.basic("X", location=say.attribute("Location", {"latitude": 48})),
                   say.monitor()),
        say.device(LIGHT, say.basic("X", location=say.attribute("Location", {"latitude": 98,
                   "longitude": 6})), say.monitor()),
        say.device(LIGHT, "function"),  # type: ignore[arg-type] # wrong on purpose
    ],
    ids=["no name", "half a place", "no such latitude", "no function"],
)  # fmt: skip
def test_a_bad_device_is_refused_and_the_others_are_kept(bad: say.Json) -> None:
    records, report = read([bad, say.device(CABINET, say.basic("OK"), say.monitor())])
    assert [record.external_id for record in records] == ["OK"]
    assert (report.kept, report.refusals) == (1, 1)
    assert report.refused[0].fault.where.startswith("/0")


@pytest.mark.parametrize("data", [b"[]", b"{}", b'{"a": 1}', b"7", b"[1]", b"", b"{"])
def test_a_file_of_something_else_is_refused(data: bytes) -> None:
    with pytest.raises(BadInput):
        talq.read(io.BytesIO(data), Profile())


POINTS = [
    CabinetRecord(external_id="A-7", name="Mairie", provenance="partner"),
    LightPointRecord(
        external_id="P1",
        location=Location(longitude=6.13, latitude=48.77),
        source_type="SHP",
        power_w=70,
        flux_lm=6000,
        cct_k=2200,
        installed_on=date(2010, 5, 1),
        luminaire_model="Réverbère",
        manufacturer="Maker",
        photometry="DN08",
        provenance="partner",
    ),
    LightPointRecord(external_id="P2", provenance="partner"),
]


def written(records: list[Any]) -> bytes:
    sink = io.BytesIO()
    formats.write(records, sink, format="talq")
    return sink.getvalue()


def test_a_seed_is_read_back_equal() -> None:
    with formats.read(written(POINTS)) as result:
        assert list(result.records) == POINTS
        assert (result.format, result.report.refusals) == ("talq", 0)


def test_a_seed_is_as_the_published_schemas_want(shared: Path) -> None:
    schemas, seed = Schemas(shared), json.loads(written(POINTS))
    assert (len(seed["devices"]), len(seed["luminaire-types"])) == (3, 1)
    for device in seed["devices"]:
        schemas.device(device)
    for kind in seed["luminaire-types"]:
        schemas.check("LuminaireType", kind)


def test_the_same_assets_have_the_same_addresses_and_types_are_shared() -> None:
    twins = [POINTS[1], POINTS[1].model_copy(update={"external_id": "P9"})]
    seed = json.loads(written(twins))
    assert len({device["address"] for device in seed["devices"]}) == 2
    assert len(seed["luminaire-types"]) == 1
    assert written(twins) == written(twins)


def test_what_is_no_asset_is_not_written() -> None:
    order = WorkOrder(external_id="1", kind="report", provenance="partner")
    with pytest.raises(BadInput, match="a light point or a cabinet"):
        written([order])


def test_nothing_is_a_seed_too() -> None:
    assert json.loads(written([])) == {"devices": [], "luminaire-types": []}
