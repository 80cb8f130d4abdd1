"""DataConnect: end stamps without offset, texts as values, days, peaks, contracts, errors."""

import io
import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from synergie.errors import BadInput
from synergie.formats import Record, Report, checks
from synergie.formats.enedis import dataconnect
from synergie.formats.format import Sample
from synergie.schemas.assets.supply_point import SupplyPointRecord
from synergie.schemas.assets.supply_terms import SupplyTerms
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.profile import Profile
from tests.formats.enedis.r6x import PARIS, PRM, labels

DRAWN = Profile(direction="import")
DAY = date(2026, 6, 10)


def read(data: object, profile: Profile = DRAWN) -> tuple[list[Record], Report]:
    raw = data if isinstance(data, bytes) else json.dumps(data).encode()
    records, report = dataconnect.read(io.BytesIO(raw), profile)
    return list(records), report


def answer(
    readings: list[Any], kind: tuple[str, str, str] = ("W", "power", "average"), **more: Any
) -> dict[str, Any]:
    unit, measure, aggregate = kind
    told = {"unit": unit, "measurement_kind": measure, "aggregate": aggregate}
    known = {"usage_point_id": PRM, "start": "2026-06-10", "end": "2026-06-11", "quality": "BRUT",
             "reading_type": told, "interval_reading": readings}  # fmt: skip
    return {"meter_reading": known | more}


def load(day: date = DAY, step_s: int = 1800) -> list[dict[str, str]]:
    length = f"PT{step_s // 60}M"
    return [
        {"value": "100", "date": d, "interval_length": length, "measure_type": "B"}
        for d in labels(day, 1, step_s, end=True)
    ]


DAILY = ("Wh", "energy", "sum")
PEAK = ("VA", "power", "maximum")


def curve_of(data: object) -> MeterCurve:
    (found,), _ = read(data)
    assert isinstance(found, MeterCurve)
    return found


@pytest.mark.parametrize(
    ("day", "n"), [(DAY, 48), (date(2026, 3, 29), 46), (date(2026, 10, 25), 50)]
)
def test_a_load_curve_stamps_the_end_of_each_step(day: date, n: int) -> None:
    curve = curve_of(answer(load(day)))
    assert curve.start == datetime(day.year, day.month, day.day, tzinfo=PARIS)
    assert (curve.step, curve.unit, len(curve.values)) == ("PT30M", "W", n)
    assert curve.values == [100] * n


def test_readings_that_a_proxy_gives_without_their_envelope_are_read_the_same() -> None:
    whole = answer(load())
    bare = json.dumps(whole["meter_reading"]).encode()
    assert dataconnect.sniff(Sample("", bare)) == 1.0
    assert curve_of(bare) == curve_of(whole)
    wrong = answer(load(), usage_point_id="1")["meter_reading"]
    _, report = read(wrong)
    assert (report.kept, report.refusals) == (0, 48)


def test_the_step_may_change_within_an_answer() -> None:
    records, report = read(answer(load(DAY, 3600) + load(DAY + timedelta(days=1), 900)))
    assert [(c.step, len(c.values)) for c in records if isinstance(c, MeterCurve)] == [
        ("PT1H", 24), ("PT15M", 96)
    ]  # fmt: skip
    assert report.kept == 120


def test_steps_that_are_not_told_are_taken_from_the_times() -> None:
    readings = [{k: v for k, v in one.items() if k != "interval_length"} for one in load()]
    assert (curve_of(answer(readings)).step, len(readings)) == ("PT30M", 48)


def test_a_day_without_its_last_point_says_that_it_comes_with_the_next_answer() -> None:
    records, report = read(answer(load()[:-1]))
    assert [len(c.values) for c in records if isinstance(c, MeterCurve)] == [47]
    assert [note.args for note in report.notes] == [("2026-06-11",)]
    assert read(answer(load()))[1].notes == {}


def test_days_have_their_energy() -> None:
    readings = [{"value": str(v), "date": f"2026-03-{28 + v}"} for v in range(3)]
    curve = curve_of(answer(readings, DAILY))
    assert (curve.quantity, curve.form, curve.step) == ("active_energy", "interval_energy", "P1D")
    assert curve.values == [0, 1, 2]


def test_peaks_count_for_the_day_of_their_moment() -> None:
    readings = [
        {"value": "3817", "date": "2026-06-10 19:30:00"},
        {"value": "65535", "date": "2026-06-11 00:10:00"},
        {"value": "12", "date": "2026-06-12"},
    ]
    (curve,), report = read(answer(readings, PEAK))
    assert isinstance(curve, MeterCurve)
    assert (curve.quantity, curve.form, curve.unit) == ("apparent_power_max", "peak", "VA")
    assert curve.values == [3817, None, 12]
    assert report.findings[checks.SENTINEL.code].times == 1


@pytest.mark.parametrize(
    ("told", "profile", "direction", "remarks"),
    [
        ({}, Profile(), "import", 1),
        ({}, Profile(direction="export"), "export", 0),
        ({"flow_direction": "production"}, Profile(), "export", 0),
    ],
)
def test_the_direction_is_declared_or_remarked_on(
    told: dict[str, Any], profile: Profile, direction: str, remarks: int
) -> None:
    (curve,), report = read(answer(load(), **told), profile)
    assert isinstance(curve, MeterCurve)
    assert (curve.direction, len(report.notes)) == (direction, remarks)


@pytest.mark.parametrize(
    ("unit", "value", "found"), [("W", 54_001, 1), ("kW", 55, 1), ("W", 54_000, 0)]
)
def test_a_power_that_no_c5_point_draws_is_kept_as_suspect_and_found(
    unit: str, value: int, found: int
) -> None:
    points = [one | {"value": "1"} for one in load()]
    points[3]["value"] = str(value)
    data = answer(points)
    data["meter_reading"]["reading_type"]["unit"] = unit
    records, report = read(data)
    (curve,) = (one for one in records if isinstance(one, MeterCurve))
    assert curve.values[3] == value
    times = report.findings[checks.POWER_OVER_SUBSCRIBED.code].times if report.findings else 0
    assert times == found
    assert any(run.quality == "suspect" for run in curve.quality or ()) == bool(found)


def test_a_blank_value_is_missing_and_not_zero() -> None:
    readings: list[dict[str, Any]] = [*load()]
    readings[1], readings[2] = readings[1] | {"value": None}, readings[2] | {"value": "0"}
    assert curve_of(answer(readings)).values[:4] == [100, None, 0, 100]


@pytest.mark.parametrize(
    ("code", "quality"), [("B", "measured"), ("C", "corrected"), ("?", "suspect")]
)
def test_the_type_of_a_measure_is_its_quality(code: str, quality: str) -> None:
    readings = load()
    readings[0]["measure_type"] = code
    runs = curve_of(answer(readings)).quality
    assert (runs[0].quality if runs else "measured") == quality


@pytest.mark.parametrize(
    ("bad", "where"),
    [
        ({"value": "-1"}, "/value"),
        ({"value": "1,5"}, "/value"),
        ({"date": "2026-06-10"}, "/date"),
        ({"date": None}, "/date"),
        ({"interval_length": "PT7M"}, "/interval_length"),
    ],
)
def test_a_wrong_reading_is_refused_with_its_pointer(bad: dict[str, Any], where: str) -> None:
    readings: list[Any] = [*load()]
    readings[5] = readings[5] | bad
    (curve,), report = read(answer(readings))
    (refused,) = report.refused
    assert refused.fault.where == f"/meter_reading/interval_reading/5{where}"
    assert isinstance(curve, MeterCurve)
    assert (curve.values[5], report.kept) == (None, 47)


def test_a_masked_point_is_no_prm() -> None:
    records, report = read(answer(load(), usage_point_id="24115050XXXXXX"))
    (refused,) = report.refused
    assert (records, report.kept, report.refusals) == ([], 0, 48)
    assert refused.fault.check == checks.BAD_IDENTIFIER.code


READING = "/meter_reading"


@pytest.mark.parametrize(
    ("data", "where", "found"),
    [
        ({"error": "STM-ERR-0", "error_description": "no measure"}, "/error", "STM-ERR-0"),
        ({"a": 1, "b": 2}, "/", "a, b"),
        (
            answer([], ("W", "power", "median")),
            f"{READING}/reading_type/aggregate",
            "power, median",
        ),
        ([answer(load()), {"error": 403}], "/1/error", 403),
        (b"", "line 1", "the end of the file"),
        ([5], "/0, row", "5"),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_refused_whole(data: object, where: str, found: object) -> None:
    with pytest.raises(BadInput) as caught:
        read(data)
    assert (caught.value.where, caught.value.found) == (where, found)


def test_several_answers_stand_in_a_list_or_one_a_line() -> None:
    both = [answer(load()), answer(load(), usage_point_id="01234567890123")]
    lines = "\n".join(json.dumps(one) for one in both).encode()
    assert read(both)[0] == read(lines)[0]
    both[1]["meter_reading"]["interval_reading"][0]["value"] = "x"
    lines = "\n".join(json.dumps(one) for one in both).encode()
    _, report = read(lines)
    assert report.refused[0].fault.where == "line 2, /meter_reading/interval_reading/0, /value"


def customer(contract: dict[str, Any], **point: Any) -> dict[str, Any]:
    known = {"usage_point_id": PRM, "usage_point_status": "com", "meter_type": "AMM"} | point
    return {"customer": {"customer_id": "1", "usage_points": [
        {"usage_point": known, "contracts": contract}
    ]}}  # fmt: skip


CONTRACT = {
    "segment": "C5", "subscribed_power": "6 kVA", "last_activation_date": "2017-07-15+02:00",
    "distribution_tariff": "BTINFMU4", "offpeak_hours": "HC (22H50-6H50)",
    "contract_type": "Contrat GRD-F", "contract_status": "SERVC",
    "last_distribution_tariff_change_date": "2024-05-11+02:00",
}  # fmt: skip


def test_a_contract_gives_the_point_and_its_terms() -> None:
    (point, terms), report = read(customer(CONTRACT))
    assert isinstance(point, SupplyPointRecord)
    assert isinstance(terms, SupplyTerms)
    assert (point.code, point.market_segment, point.subscribed_power_kva) == (PRM, "C5", 6.0)
    assert (terms.valid_from, terms.tariff_code) == (date(2024, 5, 11), "BTINFMU4")
    assert (terms.offpeak_hours, terms.state, terms.meter_type) == (
        "HC (22H50-6H50)",
        "SERVC",
        "AMM",
    )
    (power,) = terms.subscribed_powers
    assert (power.value, power.unit) == (Decimal(6), "kVA")
    assert (report.kept, report.findings) == (1, {})


def test_addresses_and_names_are_never_read() -> None:
    secret = {"usage_point_addresses": {"street": "12 RUE HAUTE", "locality": "MARTIN"}}
    records, report = read(customer({}, **secret))
    assert len(records) == 1
    assert checks.PERSONAL_DATA_DROPPED.code in report.findings
    assert "RUE" not in repr(records) + repr(report)
    identity = {"customer": {"customer_id": "1", "identity": {"natural_person": "MARTIN"}}}
    records, report = read(identity)
    assert (records, report.refusals) == ([], 1)
    assert "MARTIN" not in repr(report)


@pytest.mark.parametrize(
    ("change", "where", "code"),
    [
        ({"subscribed_power": "six"}, "/contracts/0/subscribed_power", "bad-cell"),
        ({"last_activation_date": "hier"}, "/contracts/0/last_activation_date", "bad-cell"),
    ],
)
def test_a_wrong_contract_is_refused(change: dict[str, str], where: str, code: str) -> None:
    records, report = read(customer([CONTRACT | change]))  # type: ignore[arg-type]
    assert (records, report.refusals) == ([], 1)
    assert report.refused[0].fault.where == "/customer/usage_points/0" + where
    assert report.refused[0].fault.check == code


def test_a_masked_usage_point_is_refused() -> None:
    records, report = read(customer(CONTRACT, usage_point_id="24115050XXXXXX"))
    assert (records, report.kept, report.refusals) == ([], 0, 1)
    assert report.refused[0].fault.check == checks.BAD_IDENTIFIER.code


REAL = "consumption_load_curve_2024-02-26_to_2024-02-27.json"


def test_the_real_answers_have_their_shape_and_a_masked_point(shared: Path) -> None:
    folder = shared / "data/enedis-dataconnect"
    for name, rows in ((REAL, 47), ("daily_consumption_2024-02-01_2024-02-08.json", 7),
                       ("contract-consumption.json", 1)):  # fmt: skip
        data = (folder / name).read_bytes()
        assert dataconnect.sniff(Sample(name, data)) == 1.0
        records, report = read(data)
        assert (records, report.kept, report.refusals) == ([], 0, rows)
        assert report.refused[0].fault.check == checks.BAD_IDENTIFIER.code


def test_the_real_answers_with_a_whole_point_give_their_facts(shared: Path) -> None:
    folder = shared / "data/enedis-dataconnect"

    def whole(name: str) -> tuple[list[Record], Report]:
        return read((folder / name).read_bytes().replace(b"24115050XXXXXX", PRM.encode()))

    (load_curve,), report = whole(REAL)
    assert isinstance(load_curve, MeterCurve)
    assert load_curve.start == datetime(2024, 2, 26, tzinfo=PARIS)
    assert load_curve.end == datetime(2024, 2, 26, 23, 30, tzinfo=PARIS)
    assert (load_curve.step, load_curve.values) == ("PT30M", [0] * 47)
    assert [note.args for note in report.notes] == [("2024-02-27",)]
    (days,), _ = whole("daily_consumption_2024-02-01_2024-02-08.json")
    assert isinstance(days, MeterCurve)
    assert (days.start, days.values) == (datetime(2024, 2, 1, tzinfo=PARIS), [0] * 7)
    (point, terms), _ = whole("contract-consumption.json")
    assert isinstance(point, SupplyPointRecord)
    assert isinstance(terms, SupplyTerms)
    assert (point.market_segment, point.subscribed_power_kva) == ("C5", 6.0)
    assert (terms.tariff_code, terms.offpeak_hours) == ("BTINFMU4", "HC (22H50-6H50)")
    assert terms.valid_from == date(2024, 5, 11)


@pytest.mark.parametrize(
    ("data", "confidence"),
    [
        (answer([]), 1.0),
        (customer({}), 1.0),
        ({"error": "x", "error_description": "y"}, 0.9),
        ({"mesures": []}, 0.0),
    ],
)
def test_an_answer_is_recognised(data: object, confidence: float) -> None:
    assert dataconnect.sniff(Sample("x", json.dumps(data).encode())) == confidence
