"""Files and options of `plan power` as a problem."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from synergie.cli.assets.perimeter_files import MOST, Reading
from synergie.cli.extras import needs
from synergie.cli.files import parse
from synergie.cli.misuse import Misuse
from synergie.cli.place import parse_option_place
from synergie.cli.texts import _
from synergie.errors import BadInput

if TYPE_CHECKING:
    from synergie.energy.exchange.power_points import Habits
    from synergie.energy.records.power import DimmedSpan, OffPeakWindow, PowerPrices, PowerProblem

_SPAN = re.compile(r"(\d{1,2})[:hH](\d{2})?-(\d{1,2})[:hH](\d{2})?(?:=(\d{1,3}))?%?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerCommandOptions:
    """What was said on the command line."""

    files: Sequence[Path]
    prices: Path | None
    lots: Sequence[str]
    supplier: str | None
    on: date
    margin: float
    offpeak: Sequence[str]
    off: Sequence[str]
    dim: Sequence[str]
    since: date | None
    place: str | None
    across: bool


def is_problem(files: Sequence[Path]) -> bool:
    """Whether the only file is a problem as JSON: points with their prices, and not a flow."""
    if len(files) != 1 or files[0].suffix.casefold() != ".json":
        return False
    try:
        return {"points", "prices"} <= parse(files[0]).keys()
    except BadInput:
        return False


def build_power_problem(given: PowerCommandOptions) -> tuple["PowerProblem", int]:
    """The problem of these files, and how many of their rows were refused."""
    with needs("plan"):
        from synergie.energy.exchange.power_points import Portfolio
    from synergie.energy.records.power import PowerProblem, PowerRules

    if given.prices is None:
        raise Misuse(_("give the price schedule with --prices: without it nothing is priced"))
    habits = _build_habits(given)
    prices = _read_power_prices(given)
    portfolio = Portfolio()
    refused = Reading.of(given.files, []).fill(portfolio)
    points, remarks = portfolio.points(habits, _)
    for remark in remarks[:MOST]:
        typer.echo(_("note: {}").format(remark), err=True)
    if len(remarks) > MOST:
        typer.echo(_("… and {} more notes").format(len(remarks) - MOST), err=True)
    rules = PowerRules(margin=Decimal(repr(given.margin)).scaleb(-2), across_segments=given.across)
    return PowerProblem(points=points, prices=prices, on=given.on, rules=rules), refused


def _build_habits(given: PowerCommandOptions) -> "Habits":
    from synergie.energy.exchange.power_points import Habits

    windows = tuple(_parse_offpeak_option(text) for text in given.offpeak)
    dimmed = [_parse_dimmed_span("--off", text, 0) for text in given.off]
    dimmed += [_parse_dimmed_span("--dim", text, None) for text in given.dim]
    return Habits(
        ends=date(given.on.year, 1, 1),
        windows=windows or None,
        since=given.since,
        dimmed=tuple(dimmed),
        place=None if given.place is None else _read_place(given.place),
    )


def _read_power_prices(given: PowerCommandOptions) -> tuple["PowerPrices", ...]:
    """The schedules of the file, one a lot."""
    from synergie import formats
    from synergie.energy.exchange.power_prices import power_prices
    from synergie.energy.records.offer_row import OfferRow

    usages: dict[str, list[str]] = {}
    for text in given.lots:
        name, _sign, usage = text.partition("=")
        usages.setdefault(name, []).extend([usage] if usage else [])
    if given.prices is None:
        return ()
    with formats.read(given.prices) as result:
        rows = [one for one in result.records if isinstance(one, OfferRow)]
    for one in result.report.refused[:MOST]:
        typer.echo(f"  {one.with_line().tell(_)}", err=True)
    return power_prices(rows, usages, given.supplier)


def _parse_time_span(option: str, text: str) -> tuple[str, str, int | None]:
    found = _SPAN.fullmatch(text.strip().replace(" ", ""))
    hours = [] if found is None else [int(found[i] or 0) for i in (1, 2, 3, 4)]
    if found is None or max(hours[0], hours[2]) > 24 or max(hours[1], hours[3]) > 59:  # noqa: PLR2004 (a clock)
        raise Misuse(_("{}: found {!r}, expected {}").format(option, text, "22:00-06:00"))
    starts, ends = (f"{hours[i] % 24:02d}:{hours[i + 1]:02d}" for i in (0, 2))
    return starts, ends, None if found[5] is None else int(found[5])


def _parse_offpeak_option(text: str) -> "OffPeakWindow":
    from synergie.energy.records.power import OffPeakWindow

    starts, ends, _share = _parse_time_span("--offpeak", text)
    return OffPeakWindow(starts=starts, ends=ends)


def _parse_dimmed_span(option: str, text: str, share: float | None) -> "DimmedSpan":
    from synergie.energy.records.power import DimmedSpan

    starts, ends, percent = _parse_time_span(option, text)
    if share is None and (percent is None or percent > 100):  # noqa: PLR2004 (per cent)
        raise Misuse(_("{}: found {!r}, expected {}").format(option, text, "22:00-06:00=50"))
    return DimmedSpan(starts=starts, ends=ends, share=share or (percent or 0) / 100)


def _read_place(text: str) -> tuple[float, float]:
    found = parse_option_place("--place", text)
    return found.longitude, found.latitude
