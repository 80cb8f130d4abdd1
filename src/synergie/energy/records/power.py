"""Which tariff option and power to subscribe: delivery points, what they draw, prices, rules."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, Strict, StringConstraints, model_validator

from synergie.energy.records.offer import Key, TariffCode
from synergie.energy.records.tariff import Activity, PriceSchedule
from synergie.schemas.assets.supply_point import MarketSegment, Usage
from synergie.schemas.plan import MemberId
from synergie.schemas.wire import Wire
from synergie.units import (
    CivilDate,
    Euros,
    Latitude,
    Longitude,
    Many,
    Share,
    Text,
    Watts,
    decimal_text,
)

type PowerClass = Literal["BASE", "HP", "HC", "HPH", "HCH", "HPB", "HCB"]
"""Time classes of the options up to 250 kVA. Bills write HPE and HCE for HPB and HCB."""
type LoadSource = Literal["curve", "burn_hours", "declared"]
"""`curve`: from a load curve; `burn_hours`: from the sun, the schedule and the installed power of
lamps; `declared`: energies and a reached power that a file or a person tells."""

ClockTime = Annotated[
    str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$"), Field(examples=["22:00"])
]
"""A local time of day."""

Kva = Annotated[
    Decimal,
    Strict(False),
    decimal_text,
    Field(
        gt=0,
        le=10_000,
        max_digits=9,
        decimal_places=3,
        json_schema_extra={"unit": "kVA"},
        examples=["36"],
    ),
]
"""A subscribed power, kVA. Text on the wire, exact."""

Kwh = Annotated[
    Decimal,
    Strict(False),
    decimal_text,
    Field(ge=0, max_digits=15, json_schema_extra={"unit": "kWh"}, examples=["20298.46"]),
]
"""Energy of a year in one time class, kWh, to the watt-hour."""

_VA = Annotated[int, Field(ge=0, le=100_000_000, json_schema_extra={"unit": "VA"})]
_COUNT = Annotated[int, Field(ge=0)]
_RATIO = Annotated[
    Decimal, Strict(False), decimal_text, Field(ge=0, le=2, max_digits=5, decimal_places=4)
]


class OffPeakWindow(Wire):
    """Off-peak hours of a delivery point: a stretch of the day, in a season, in a period."""

    starts: ClockTime
    """Local time at which it begins."""
    ends: ClockTime
    """Local time at which it ends, half-open; it may pass midnight. Equal to `starts`: all day."""
    season: Literal["all", "high", "low"] = "all"
    """`high`: November to March; `low`: April to October; `all`: the whole year."""
    valid_from: CivilDate | None = None
    """First day it holds. Null: always did."""
    valid_to: CivilDate | None = None
    """The day after the last one it holds. Null: until changed."""


class SubscribedKva(Wire):
    """Power subscribed in one time class."""

    time_class: PowerClass | None = None
    """The class. Null: the same power in all."""
    kva: Kva
    """The power, kVA."""


class ClassLoad(Wire):
    """What is drawn in one time class over the year."""

    time_class: PowerClass
    """The class."""
    kwh: Kwh
    """Energy of the year, kWh, to the watt-hour."""
    reached_va: _VA | None = None
    """Greatest mean power of a step, VA, rounded up. Null: not known."""
    steps_over: Many[_COUNT] = ()
    """How many steps are above 0, 1, 2 … kVA, until none is; what overruns are counted from.
    Empty: not known."""
    daily_peak_va: Many[_VA | None] = ()
    """Greatest mean power of each civil day from the first on, VA; null on a day without a step of
    this class. Empty: not known."""


class PowerLoad(Wire):
    """Twelve months of one delivery point, reduced to what a bill depends on."""

    source: LoadSource
    """Where it comes from."""
    starts: CivilDate | None = None
    """First day. Null: not told (`declared`)."""
    ends: CivilDate | None = None
    """The day after the last one. Null: not told (`declared`)."""
    step_s: Annotated[int, Field(ge=60, le=3600, json_schema_extra={"unit": "s"})] | None = None
    """Seconds of each step. Null: no curve."""
    steps: _COUNT = 0
    """Steps of the period; 0 without a curve."""
    missing_steps: _COUNT = 0
    """Steps without a value; they are told, never taken as zero, never filled in."""
    classes: Annotated[Many[ClassLoad], Field(min_length=1)]
    """Each class once: the finest that is known (four classes, else two, else BASE)."""
    reached_va: _VA | None = None
    """Greatest power of the period, VA: at least that of the classes; a meter's own register of
    its peak may be higher than any mean. Null: not known."""
    daily_peak_va: Many[_VA | None] = ()
    """Greatest mean power of each civil day from the first on, VA, all classes together; null on a
    day without a value. Empty: not known."""
    offpeak_assumed: bool = False
    """Whether the off-peak hours were assumed, for none was told."""
    schedule_changed: CivilDate | None = None
    """Day from which the hours of use differ: what came before was cut off. Null: none told."""
    power_factor: Annotated[Decimal, Strict(False), decimal_text, Field(gt=0, le=1)] = Decimal(1)
    """kW of one kVA used to find VA from a curve in W. C4 meters: 0.93 (Enedis)."""

    @model_validator(mode="after")
    def _sound(self) -> Self:
        _check_unique_classes(one.time_class for one in self.classes)
        if (self.starts is None) != (self.ends is None):
            raise ValueError("both dates, or none")
        if self.starts and self.ends and self.starts >= self.ends:
            raise ValueError("a period that ends after it begins")
        if self.missing_steps > self.steps:
            raise ValueError("no more missing steps than steps")
        return self


class DimmedSpan(Wire):
    """A stretch of the night with less light, or none."""

    starts: ClockTime
    """Local time at which it begins."""
    ends: ClockTime
    """Local time at which it ends, half-open; it may pass midnight."""
    share: Share = 0
    """Power that remains, as a share of the installed power; 0: off. Power is taken proportional
    to light, which leaves out the fixed loss of a driver."""


class LightingUse(Wire):
    """A lighting cabinet without a curve: its lamps follow the sun and a schedule."""

    installed_w: Watts
    """Power of all its lamps, auxiliaries included, W."""
    longitude: Longitude
    """Where it stands, degrees east."""
    latitude: Latitude
    """Where it stands, degrees north."""
    lit_below_deg: Annotated[float, Field(ge=-18, le=6, json_schema_extra={"unit": "deg"})] = -3.0
    """Lamps are lit while the sun is lower. -3 was fitted to the 4,139 h a year of a real park."""
    dimmed: Many[DimmedSpan] = ()
    """When there is less light, or none. Where two overlap, the lower holds. Empty: all night."""


class PowerPoint(Wire):
    """A delivery point as it is subscribed today, and what it draws."""

    id: Key
    """The point, unique in the problem. Example: a PRM."""
    member: MemberId
    """The member that pays for it."""
    name: Text | None = None
    """Name of its site, to recognise it. Null: not told."""
    market_segment: MarketSegment
    """C5 and C4 are re-fitted; others are reported as not compared."""
    usage: Usage = "other"
    """What it feeds: decides which price schedule takes it."""
    activity: Activity = "unknown"
    """Whether its activity is an economic one: it decides the accise between 36 and 250 kVA.
    Public lighting is not, unless it is told otherwise."""
    tariff_code: TariffCode | None = None
    """FTA today. Null: not known, so that there is nothing to compare with."""
    subscribed: Many[SubscribedKva] = ()
    """Power today: one for all classes, or one for each. Empty: not known."""
    load: PowerLoad | None = None
    """What it draws in a year. Null: not known, and nothing is proposed."""
    margin: _RATIO | None = None
    """Margin above the reached power for this point. Null: the margin of the rules."""
    connection_kva: Kva | None = None
    """Power of its connection: no more can be subscribed without works. Null: not known."""
    changed_on: CivilDate | None = None
    """Day of its last change of option or power. Null: not known, a change is taken as allowed."""

    @model_validator(mode="after")
    def _powers(self) -> Self:
        _check_unique_classes(one.time_class for one in self.subscribed)
        if len(self.subscribed) > 1 and any(one.time_class is None for one in self.subscribed):
            raise ValueError("one power for all classes, or one for each")
        return self


class PowerPrices(Wire):
    """A price schedule (BPU) and the points it is for."""

    schedule: PriceSchedule
    """The prices. An option with a cell missing where there is energy is not priced."""
    usages: Many[Usage] = ()
    """Usages it takes. Empty: all."""
    market_segments: Many[MarketSegment] = ()
    """Segments it takes. Empty: all."""


class PowerRules(Wire):
    """What is allowed and what is wanted; every figure without a published source is here."""

    margin: _RATIO = Decimal("0.2")
    """Margin above the reached power where the meter trips (C5): lamps draw more when they start,
    and a mean over a step hides short peaks. A choice, not a rule of the grid operator."""
    kva_step: Kva = Decimal(1)
    """Step of the subscribed power up to 36 kVA."""
    lu_kva_step: Kva = Decimal(1)
    """The same for the long-use option (LU): tenths of kVA are told of it, not verified."""
    least_kva: Kva = Decimal(1)
    """Least power that can be subscribed up to 36 kVA."""
    c4_least_kva: Annotated[int, Field(ge=1, le=250)] = 36
    """Least power of any class above 36 kVA (whole kVA; not verified)."""
    c4_top_kva: Annotated[int, Field(ge=1, le=250)] = 37
    """Least power of the highest class above 36 kVA: below, the point would be C5."""
    across_segments: bool = False
    """Whether options of the other side of 36 kVA are compared, too. Otherwise a point that could
    change its segment is told as a question: it needs another meter, and maybe works."""
    overruns: Literal["priced", "none"] = "priced"
    """C4: `priced` takes hours above the subscribed power when they cost less than the power that
    would avoid them; `none` wants a power that was never exceeded."""
    min_stay_months: Annotated[int, Field(ge=0, le=120)] = 12
    """Months that an option and its powers are kept after a change (not verified)."""
    change_fee_eur: Euros = Decimal(0)
    """What the grid operator asks for a change, EUR excluding VAT; paid once."""
    least_saving_eur: Euros = Decimal(0)
    """A change that saves less than this in a year is not proposed."""
    most_missing: _RATIO = Decimal("0.02")
    """Share of the steps that may be missing; above, nothing is proposed."""
    yardstick_eur: Euros = Decimal(76)
    """Net saving of a site a year that a real re-fit found: 425 members, about 3,800 lighting
    sites (sdeg32.fr)."""

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if self.change_fee_eur < 0 or self.least_saving_eur < 0:
            raise ValueError("amounts that are not negative")
        if self.c4_top_kva < self.c4_least_kva:
            raise ValueError("a highest class that is not below the least power")
        return self


class PowerProblem(Wire):
    """A portfolio of delivery points to be re-fitted at the prices of one day."""

    points: Many[PowerPoint]
    """The points."""
    prices: Annotated[Many[PowerPrices], Field(min_length=1)]
    """Price schedules; the first that takes the usage and the segment of a point is its own."""
    on: CivilDate
    """The day whose network tariff and taxes are taken, for a whole year."""
    rules: PowerRules = PowerRules()
    """What is allowed and wanted."""


def _check_unique_classes(names: Iterable[object]) -> None:
    told = list(names)
    if len(told) != len(set(told)):
        raise ValueError("each time class once")
