"""Market tables made for tests: rows of ENTSO-E, Ember and the EPF benchmark."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from synergie.calendar import day_bounds, load_time_zone

PARIS = load_time_zone("Europe/Paris")
LOAD = (
    "Time (UTC)",
    "Day-ahead Total Load Forecast [MW] - BZN|FR",
    "Actual Total Load [MW] - BZN|FR",
)
NEW_LOAD = (
    "MTU (CET/CEST)",
    "Area",
    "Actual Total Load (MW)",
    "Day-ahead Total Load Forecast (MW)",
)
PRICE = ("MTU (CET/CEST)", "Day-ahead Price [EUR/MWh]", "Currency", "BZN|FR")
NEW_PRICE = (
    "MTU (UTC)", "Area", "Sequence", "Day-ahead Price (EUR/MWh)", "Intraday Period (UTC)",
    "Intraday Price (EUR/MWh)",
)  # fmt: skip


def table(head: Iterable[object], rows: Iterable[Iterable[object]]) -> bytes:
    """A CSV with every cell quoted."""
    lines = [",".join(f'"{cell}"' for cell in row) for row in [head, *rows]]
    return ("\n".join(lines) + "\n").encode()


def spans(start: datetime, n: int, minutes: int = 60, tz: ZoneInfo | None = None) -> list[str]:
    """Intervals as text: old form in UTC, or in *tz* by its clocks."""
    moments = [start + timedelta(minutes=minutes * i) for i in range(n + 1)]
    told = [moment.astimezone(tz or UTC).strftime("%d.%m.%Y %H:%M") for moment in moments]
    return [f"{a} - {b}" for a, b in pairwise(told)]


def new_spans(
    start: datetime, n: int, minutes: int = 60, tz: ZoneInfo | None = None, *, marked: bool = False
) -> list[str]:
    """Intervals in the form of 2025; *marked*: each time says CET or CEST."""
    form = "%d/%m/%Y %H:%M:%S" + (" (%Z)" if marked else "")
    moments = [start + timedelta(minutes=minutes * i) for i in range(n + 1)]
    told = [moment.astimezone(tz or UTC).strftime(form) for moment in moments]
    return [f"{a} - {b}" for a, b in pairwise(told)]


def load_day(one: date, minutes: int = 60) -> bytes:
    """The load of one civil day of Paris, in the form of 2025."""
    low, high = day_bounds(one, PARIS)
    n = int((high - low).total_seconds()) // (60 * minutes)
    spans_of = new_spans(low, n, minutes, PARIS)
    return table(NEW_LOAD, ((span, "BZN|FR", 40_000 + i, "n/e") for i, span in enumerate(spans_of)))


def price_day(one: date) -> bytes:
    """The prices of one civil day of Paris by quarters, in the form of before 2025."""
    low, high = day_bounds(one, PARIS)
    n = int((high - low).total_seconds()) // 900
    told = spans(low, n, 15, PARIS)
    return table(PRICE, ((span, f"{i}.25", "EUR", "") for i, span in enumerate(told)))


def ember(rows: Iterable[tuple[str, str, object]], time: str = "Date") -> bytes:
    """Prices as Ember gives them."""
    head = f"Country,ISO3 Code,{time},Price (EUR/MWhe)\n"
    return (head + "".join(f"Somewhere,{a},{b},{c}\n" for a, b, c in rows)).encode()


def epf(market: str, first: datetime, n: int) -> bytes:
    """Hours of the benchmark, 24 a day."""
    hours = (first + timedelta(hours=i) for i in range(n))
    rows = "".join(f"{market},{hour:%Y-%m-%d %H:%M:%S},{i}.5\n" for i, hour in enumerate(hours))
    return ("unique_id,ds,y\n" + rows).encode()
