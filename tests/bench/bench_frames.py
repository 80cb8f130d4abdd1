"""A meter-year from the answer of the server to a frame, beside polars' own functions of time."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from statistics import median
from time import process_time

import polars as pl

from synergie.client import CurveView
from synergie.schemas.readings.curve import CurveExtract
from tests.bench.harness import Bench, Goal, Measured
from tests.client.things import extract

ROUNDS = 15
YEAR = 17_520


def _read_by_polars(answer: bytes) -> pl.DataFrame:
    """The same columns, as who knows polars writes them."""
    (run,) = json.loads(answer)["runs"]
    start = datetime.fromisoformat(run["start"])
    step = pl.duration(minutes=30)
    frame = pl.DataFrame({"value_w": run["values"]}, schema={"value_w": pl.Float64})
    frame = frame.with_row_index("n").with_columns(start=pl.lit(start) + pl.col("n") * step)
    local = pl.col("start").dt.convert_time_zone("Europe/Paris").dt.to_string("iso:strict")
    measured = pl.when(pl.col("value_w").is_null()).then(pl.lit("missing"))
    return frame.select(
        "start",
        (pl.col("start") + step).alias("end"),
        "value_w",
        measured.otherwise(pl.lit("measured")).alias("quality"),
        local.alias("local"),
    )


def _read_by_ours(answer: bytes, kind: str) -> object:
    view = CurveView(CurveExtract.model_validate_json(answer))
    return getattr(view, f"to_{kind}")()


def _cost(read: Callable[[bytes], object], answer: bytes) -> float:
    begin = process_time()
    read(answer)
    return process_time() - begin


def _measure(kind: str) -> Measured:
    told = extract("PT30M", datetime(2025, 1, 1, tzinfo=UTC), YEAR)
    answer = told.model_dump_json().encode()
    ways = (_read_by_polars, partial(_read_by_ours, kind=kind))
    rounds = [[_cost(way, answer) for way in ways] for _ in range(ROUNDS + 1)][1:]
    peer, ours = (1_000 * median(one) for one in zip(*rounds, strict=True))
    return Measured(ours, f"JSON read as well; polars alone {peer:.3g} ms, {ROUNDS} rounds")


BENCHES = [
    Bench(
        name=f"frame-{kind}",
        title=f"A year of half-hours, from the answer to a frame of {kind}",
        goal=Goal("<=", 5.0),
        unit="ms of a processor",
        peer="polars' own functions of time on the same JSON, in turn, in one run",
        run=partial(_measure, kind),
    )
    for kind in ("polars", "arrow", "pandas")
]
