"""Curves and extracts to and from JSON bytes, fast: 17,520 whole numbers in well under 0.5 ms.

msgspec reads and writes the numbers, pydantic validates the header once; the list of values is
handed on as it was read, so a whole number stays whole. Traps of msgspec that are closed here:
NaN and infinity are written as `null`, and a repeated key silently wins.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from math import isfinite
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType
from pydantic import ValidationError

from synergie.errors import BadInput
from synergie.schemas.faults import faults
from synergie.schemas.first_faults import refuse_many_members, validate_to_first_faults
from synergie.schemas.readings.curve import MAX_VALUES, Curve, CurveExtract, CurveRun, Value
from synergie.schemas.readings.quality import QualityRun

MEDIA_TYPE = "application/json"
"""Media type of one curve; many are `ndjson.MEDIA_TYPE`, one a line."""

_NUMBER = "a finite number or null"
_JSON = "JSON (RFC 8259)"
_SHOWN = 80
_MOST_MARKS = 4 * MAX_VALUES + 100
"""Commas and brackets of the longest curve: one a value, three a run of it, and some."""


class _Run(msgspec.Struct, forbid_unknown_fields=True):
    n: int
    quality: str


class _Curve(msgspec.Struct, forbid_unknown_fields=True):
    series: str
    start: str
    step: str
    unit: str
    values: list[int | float | None]
    quality: list[_Run] | UnsetType | None = UNSET
    supersedes: str | UnsetType | None = UNSET


class _LenientCurve(_Curve, forbid_unknown_fields=False):
    """A curve as a later version may tell it."""


class _ExtractRun(msgspec.Struct):
    start: str
    step: str
    values: list[int | float | None]
    quality: list[dict[str, int | str]] | None = None


class _Extract(msgspec.Struct):
    runs: list[_ExtractRun]


_CURVE = msgspec.json.Decoder(_Curve)
_TOLD = msgspec.json.Decoder(_LenientCurve)
_EXTRACT = msgspec.json.Decoder(_Extract)
_WRITER = msgspec.json.Encoder()


def decode(data: bytes, *, told: bool = False) -> Curve:
    """The curve written in *data*; BadInput with the place of the first fault otherwise.

    `values` keeps the numbers as they were written: whole ones are int, others float. *told*: it
    is a server's answer, of which members that are not known yet are ignored.
    """
    _refuse_swarm(data)
    try:
        read = (_TOLD if told else _CURVE).decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise _find_decode_fault(data) from None
    _refuse_repeated_keys(data, read)
    head = _validate_head(
        {
            "series": read.series,
            "start": read.start,
            "step": read.step,
            "unit": read.unit,
            "values": [None],
            "quality": _list_quality_runs(read),
            "supersedes": None if read.supersedes is UNSET else read.supersedes,
        }
    )
    _check_length(read.values, head.quality)
    return head.model_copy(update={"values": read.values})


def encode(curve: Curve) -> bytes:
    """*curve* as compact JSON: times in UTC with Z, absent fields left out.

    BadInput when a value is NaN or infinite.
    """
    fields: dict[str, Any] = {
        "series": curve.series,
        "start": instant_text(curve.start),
        "step": curve.step,
        "unit": curve.unit,
        "values": _raw_values(curve.values, "/values"),
    }
    if curve.quality is not None:
        fields["quality"] = _encode_quality(curve.quality)
    if curve.supersedes is not None:
        fields["supersedes"] = curve.supersedes
    return _WRITER.encode(fields)


def decode_extract(data: bytes) -> CurveExtract:
    """The extract written in *data*; BadInput otherwise."""
    try:
        runs = _EXTRACT.decode(data).runs
        fields = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise BadInput("/", str(error)[:_SHOWN], "a curve extract") from error
    plain = {name: msgspec.json.decode(raw) for name, raw in fields.items() if name != "runs"}
    try:
        head = CurveExtract.model_validate({**plain, "runs": []}, extra="ignore")
        kept = tuple(_extract_run(run) for run in runs)
    except ValidationError as error:
        raise faults(error)[0] from error
    return head.model_copy(update={"runs": kept})


def encode_extract(extract: CurveExtract) -> bytes:
    """*extract* as compact JSON; every field is written, null included."""
    fields = extract.model_dump(mode="json", exclude={"runs"})
    if extract.state is not None:
        fields["state"]["at"] = instant_text(extract.state.at)
    for name in ("start", "end", "as_of"):
        moment = getattr(extract, name)
        fields[name] = None if moment is None else instant_text(moment)
    fields["runs"] = [_run_fields(run, index) for index, run in enumerate(extract.runs)]
    return _WRITER.encode(fields)


def instant_text(moment: datetime) -> str:
    """*moment* (aware) as times travel: RFC 3339 in UTC with Z."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _refuse_swarm(data: bytes) -> None:
    """What is longer than a curve with a run of its own for each value is not even read."""
    if (marks := data.count(b",") + data.count(b"{") + data.count(b"[")) > _MOST_MARKS:
        raise BadInput("/values", f"{marks} commas and brackets", "1 to 110000 values")


def _validate_head(fields: Mapping[str, Any]) -> Curve:
    """The curve of *fields*, of which only a placeholder of the values is validated."""
    try:
        return validate_to_first_faults(Curve, fields)
    except ValidationError as error:
        raise faults(error)[0] from error


def _list_quality_runs(read: _Curve) -> list[dict[str, int | str]] | None:
    if not isinstance(read.quality, list):
        return None
    return [{"n": run.n, "quality": run.quality} for run in read.quality]


def _check_length(values: Sequence[Value], quality: Sequence[QualityRun] | None) -> None:
    if not values or len(values) > MAX_VALUES:
        raise BadInput("/values", f"{len(values)} values", "1 to 110000 values")
    if quality is not None and (told := sum(run.n for run in quality)) != len(values):
        raise BadInput("/quality", f"{told} values", "runs that cover all values in order")


def _refuse_repeated_keys(data: bytes, read: _Curve) -> None:
    """Every text and key has two quotes: more of them than were read is a repeated key."""
    if b"\\" in data:  # an escape may hide a quote or spell a key otherwise
        json.loads(data, object_pairs_hook=_check_unique_fields)
        return
    runs = len(read.quality) if isinstance(read.quality, list) else 0
    keys = 5 + (read.quality is not UNSET) + (read.supersedes is not UNSET) + 2 * runs
    texts = 4 + isinstance(read.supersedes, str) + runs
    if data.count(b'"') != 2 * (keys + texts):
        json.loads(data, object_pairs_hook=_check_unique_fields)


def _check_unique_fields(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, value in pairs:
        if name in fields:
            raise BadInput(f"/{name}", "the key twice", "each key once")
        fields[name] = value
    return fields


def _few(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    refuse_many_members(len(pairs))
    return dict(pairs)


def _find_decode_fault(data: bytes) -> BadInput:
    """Why *data* is no curve, without validating a long list of values twice."""
    try:
        # It takes NaN and 1e999, so that their place can be told.
        fields = json.loads(data, object_pairs_hook=_few)
    except (ValueError, RecursionError):
        return BadInput("/", data[:_SHOWN].decode("utf-8", "replace"), _JSON)
    if not isinstance(fields, dict):
        return BadInput("/", data[:_SHOWN].decode("utf-8", "replace"), "an object")
    values = fields.get("values")
    if isinstance(values, list):
        for index, value in enumerate(values):
            if not _is_value(value):
                return BadInput(f"/values/{index}", value, _NUMBER)
        fields["values"] = [None]
    try:
        validate_to_first_faults(Curve, fields)
    except ValidationError as error:
        return faults(error)[0]
    return BadInput("/", data[:_SHOWN].decode("utf-8", "replace"), "a curve")


def _is_value(value: object) -> bool:
    if value is None or type(value) is int:
        return True
    return isinstance(value, float) and isfinite(value)


def _raw_values(values: Sequence[Value], where: str) -> msgspec.Raw:
    """*values* as JSON; msgspec writes NaN as null, so nulls call for a second look."""
    raw = _WRITER.encode(values)
    if b"null" in raw:
        _refuse_non_finite(values, where)
    return msgspec.Raw(raw)


def _refuse_non_finite(values: Sequence[Value], where: str) -> None:
    if _sum_is_finite(values):
        return
    for index, value in enumerate(values):
        if not _is_value(value):
            raise BadInput(f"{where}/{index}", value, _NUMBER)


def _sum_is_finite(values: Sequence[Value]) -> bool:
    """NaN and infinity survive a sum, so one fast sum clears nearly every list."""
    try:
        return isfinite(sum(filter(None, values)))
    except OverflowError:
        return False


def _encode_quality(runs: Sequence[QualityRun]) -> list[dict[str, int | str]]:
    return [{"n": run.n, "quality": run.quality} for run in runs]


def _extract_run(run: _ExtractRun) -> CurveRun:
    fields = {"start": run.start, "step": run.step, "values": [], "quality": run.quality}
    return CurveRun.model_validate(fields).model_copy(update={"values": run.values})


def _run_fields(run: CurveRun, index: int) -> dict[str, Any]:
    return {
        "start": instant_text(run.start),
        "step": run.step,
        "values": _raw_values(run.values, f"/runs/{index}/values"),
        "quality": None if run.quality is None else _encode_quality(run.quality),
    }
