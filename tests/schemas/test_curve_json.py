"""Curves to JSON and back: nothing invented, nothing lost, what is odd refused with its place."""

import json
from datetime import UTC, datetime, timedelta, timezone
from time import process_time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergie.errors import BadInput
from synergie.schemas.freshness import Freshness
from synergie.schemas.readings import curve_json
from synergie.schemas.readings.curve import MAX_VALUES, Curve, CurveExtract, CurveRun, Value
from synergie.schemas.readings.quality import QualityRun

_START = datetime(2026, 10, 25, tzinfo=ZoneInfo("Europe/Paris"))

values = st.lists(
    st.none()
    | st.integers(-(10**9), 10**9)
    | st.floats(allow_nan=False, allow_infinity=False).map(lambda value: value + 0.0),
    min_size=1,
    max_size=60,
)


def _curve(numbers: list[Value], **more: object) -> Curve:
    fields = {"series": "ser_x", "start": _START, "step": "PT30M", "unit": "W", **more}
    return Curve.model_validate({**fields, "values": numbers})


def _written(**changes: object) -> bytes:
    fields: dict[str, object] = {
        "series": "ser_x", "start": "2026-01-01T00:00:00Z", "step": "PT30M", "unit": "W",
        "values": [1, None, 2.5],
    }  # fmt: skip
    fields.update(changes)
    return json.dumps(fields).encode()


@given(values)
def test_what_is_written_is_read_back_with_whole_numbers_still_whole(numbers: list[Value]) -> None:
    again = curve_json.decode(curve_json.encode(_curve(numbers)))
    assert again.values == numbers
    assert [type(value) for value in again.values] == [type(value) for value in numbers]
    assert again.start == _START


@given(
    st.lists(st.tuples(st.integers(1, 5), st.sampled_from(["measured", "missing", "estimated"])))
)
def test_quality_runs_are_read_back(runs: list[tuple[int, str]]) -> None:
    quality = tuple(QualityRun.model_validate({"n": n, "quality": q}) for n, q in runs)
    length = sum(run.n for run in quality) or 1
    curve = _curve([0] * length, quality=quality or None, supersedes="rec_abc")
    assert curve_json.decode(curve_json.encode(curve)) == curve


def test_times_travel_in_utc_with_z() -> None:
    assert json.loads(curve_json.encode(_curve([1])))["start"] == "2026-10-24T22:00:00Z"
    moment = datetime(2026, 1, 1, 0, 0, 0, 500, timezone(timedelta(hours=-3)))
    assert curve_json.instant_text(moment) == "2026-01-01T03:00:00.000500Z"


def test_absent_fields_are_left_out() -> None:
    assert set(json.loads(curve_json.encode(_curve([1])))) == {
        "series", "start", "step", "unit", "values",
    }  # fmt: skip


@pytest.mark.parametrize("wrong", [float("nan"), float("inf"), float("-inf")])
def test_a_value_that_is_not_finite_is_never_written(wrong: float) -> None:
    curve = _curve([1, None, 2]).model_copy(update={"values": [1, None, wrong]})
    with pytest.raises(BadInput) as caught:
        curve_json.encode(curve)
    assert (caught.value.where, caught.value.expected) == (
        "/values/2",
        "a finite number or null",
    )


def test_finite_values_whose_sum_overflows_are_written() -> None:
    curve = _curve([1e308, 1e308, None, 10**400])
    assert curve_json.decode(curve_json.encode(curve)).values == curve.values


@pytest.mark.parametrize(
    ("data", "where"),
    [
        (b"", "/"),
        (b"\xff", "/"),
        (b"[]", "/"),
        (b'{"series":', "/"),
        (b'{"zzz":' + b"[" * 10_000, "/"),
        (_written(values=[[[[]]]]), "/values/0"),
        (_written(values=[1, "2"]), "/values/1"),
        (_written(values=[True]), "/values/0"),
        (_written(values=[]), "/values"),
        (_written(values=[0] * (MAX_VALUES + 1)), "/values"),
        (_written(values=[1]).replace(b"[1]", b"[NaN]"), "/values/0"),
        (_written(values=[1]).replace(b"[1]", b"[1e999]"), "/values/0"),
        (_written(values=None), "/values"),
        (_written(unit="furlong"), "/unit"),
        (_written(step="PT7M"), "/step"),
        (_written(start="2026-01-01T00:00:00"), "/start"),
        (_written(start=1767225600), "/start"),
        (_written(series="../etc"), "/series"),
        (_written(extra=1), "/extra"),
        (_written(quality=[{"n": 2, "quality": "measured"}]), "/quality"),
        (_written(quality=[{"n": 0, "quality": "measured"}]), "/quality/0/n"),
        (_written(quality=[{"n": 3, "quality": "guessed"}]), "/quality/0/quality"),
        (_written(quality=[{"n": 3, "quality": "measured", "more": 1}]), "/quality/0/more"),
        (_written()[:-1] + b',"values":[9]}', "/values"),
        (_written()[:-1] + b',"\\u0076alues":[9]}', "/values"),
        (_written()[:-1] + b',"series":"ser_y"}', "/series"),
        (_written()[:-1] + b',"quality":[{"n":3,"n":3,"quality":"measured"}]}', "/n"),
    ],
)
def test_what_is_no_curve_is_refused_with_its_place(data: bytes, where: str) -> None:
    with pytest.raises(BadInput) as caught:
        curve_json.decode(data)
    assert caught.value.where == where


def test_spaces_escapes_and_the_order_of_keys_change_nothing() -> None:
    plain = curve_json.decode(_written())
    spaced = json.dumps(json.loads(_written()), indent=4, sort_keys=True).encode()
    assert curve_json.decode(spaced) == plain
    assert curve_json.decode(_written().replace(b"ser_x", b"ser\\u005fx")) == plain
    assert curve_json.decode(_written(series="values")).series == "values"


def _extract(numbers: list[Value]) -> CurveExtract:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    quality = (QualityRun(n=len(numbers), quality="measured"),)
    return CurveExtract(
        series="ser_x", unit="W", granularity="raw", time_zone="Europe/Paris", start=moment,
        end=moment + timedelta(minutes=30 * len(numbers)), as_of=None, agreement="agr_x/2",
        runs=(
            CurveRun(start=moment, step="PT30M", values=numbers, quality=quality),
            CurveRun(start=moment, step="PT10M", values=numbers),
        ),
        freshness=Freshness(
            state="late", last_reading=moment, received_at=None, expected_by=moment,
            reason='Dernier dépôt il y a "9" jours', who_can_act=None,
        ),
    )  # fmt: skip


@given(values)
def test_an_extract_is_read_back(numbers: list[Value]) -> None:
    extract = _extract(numbers)
    again = curve_json.decode_extract(curve_json.encode_extract(extract))
    assert again == extract
    kinds = [type(value) for value in again.runs[0].values]
    assert kinds == [type(value) for value in numbers]


def test_an_extract_that_is_none_is_refused_with_its_place() -> None:
    whole = json.loads(curve_json.encode_extract(_extract([1])))
    with pytest.raises(BadInput, match="/unit"):
        curve_json.decode_extract(json.dumps({**whole, "unit": "?"}).encode())
    with pytest.raises(BadInput, match="a curve extract"):
        curve_json.decode_extract(b'{"runs":[{"values":["x"]}]}')


def test_a_year_of_half_hours_costs_well_under_a_millisecond_each_way() -> None:
    curve = _curve([watts % 4999 for watts in range(17_520)])
    data = curve_json.encode(curve)

    def best(work: object) -> float:
        times = []
        for _ in range(15):
            started = process_time()
            work()  # type: ignore[operator]  # one of the two lambdas below
            times.append(process_time() - started)
        return min(times)

    assert best(lambda: curve_json.encode(curve)) < 0.0015  # 0.2 ms alone on the machine
    assert best(lambda: curve_json.decode(data)) < 0.0015


def test_what_is_longer_than_any_curve_is_not_read() -> None:
    """8 MB of `{}` are 8 kB on the wire (gzip), and took 2.4 GB."""
    swarm = b'{"quality":[%s]}' % b",".join([b"{}"] * (4 * MAX_VALUES))
    with pytest.raises(BadInput) as error:
        curve_json.decode(swarm)
    assert str(error.value.found).endswith("commas and brackets")
    longest = _written(
        values=[1] * MAX_VALUES, quality=[{"n": 1, "quality": "measured"}] * MAX_VALUES
    )
    assert len(curve_json.decode(longest).values) == MAX_VALUES


def test_of_a_swarm_of_faults_in_a_curve_the_first_is_told() -> None:
    with pytest.raises(BadInput) as error:
        curve_json.decode(b'{"series":5,"quality":[%s]}' % b",".join([b"{}"] * 100_000))
    assert error.value.where == "/series"


def test_a_repeated_key_behind_a_hundred_thousand_others_is_found_at_once() -> None:
    """Each name was counted among all others: an answer of 1 MB took minutes."""
    others = b",".join(b'"x%d":1' % i for i in range(100_000))
    began = process_time()
    with pytest.raises(BadInput, match="twice"):
        curve_json.decode(_written()[:-1] + b"," + others + b',"x1":2}', told=True)
    assert process_time() - began < 5
