"""What a delivery point is billed under and what it used: the inputs of a bill."""

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, Strict, StringConstraints, model_validator

from synergie.energy.records.offer import Price, Subscription, TariffCode
from synergie.schemas.series import SupplyPointKey
from synergie.schemas.wire import Wire
from synergie.units import (
    CivilDate,
    Euros,
    EurosPerMWh,
    Hours,
    KilowattHours,
    Many,
    Text,
    decimal_text,
)

type TimeClassName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{1,6}$")]
"""A time class as the source writes it: HPH, HCH, HPB (or HPE), HCB (or HCE), HP, HC, BASE,
POINTE."""
type Kva = Annotated[
    Decimal,
    Strict(False),
    decimal_text,
    Field(gt=0, le=1_000_000, max_digits=12, json_schema_extra={"unit": "kVA"}),
]
type Activity = Literal["economic", "non_economic", "unknown"]
"""What a delivery point is used for, as the accise sees it (CIBS L312-24). `non_economic`: a town
hall, a school, street lighting; `economic`: a camp site, perhaps a water service."""
type Contract = Literal["single", "card"]
"""`single`: supply and network in one contract; `card`: the network has a contract apart."""
type Percent = Annotated[
    Decimal,
    Strict(False),
    decimal_text,
    Field(ge=0, le=100, max_digits=8, json_schema_extra={"unit": "%"}),
]


class ClassKwh(Wire):
    """Energy of one time class."""

    time_class: TimeClassName
    """The class. A class finer than those of the option is added up (HPH and HPB make HP)."""
    kwh: KilowattHours
    """Energy, kWh; negative when a bill takes some back."""


class ClassPower(Wire):
    """Power subscribed in one time class."""

    time_class: TimeClassName | None = None
    """The class. Null: the same power in all."""
    kva: Kva
    """The power, kVA (kW in HTA)."""


class ClassOverrun(Wire):
    """Overruns of one month and time class of a point in HTA, as the grid operator tells them."""

    time_class: TimeClassName
    """The class."""
    kw: Annotated[
        Decimal,
        Strict(False),
        decimal_text,
        Field(ge=0, max_digits=15, json_schema_extra={"unit": "kW"}),
    ]
    """Square root of the sum of the squares of the power above what is subscribed, over the steps
    of ten minutes of the month, kW."""


class PriceSchedule(Wire):
    """Unit prices of a supply, by tariff option and time class (bordereau de prix unitaires)."""

    name: Text = "prices"
    """What it is called. Example: `lot-2, 2026`."""
    market: Text | None = None
    """Reference of the market (marché subséquent) its invoices must bear. Null: not told."""
    valid_from: CivilDate | None = None
    """First day it holds. Null: from ever."""
    valid_to: CivilDate | None = None
    """The day after the last one. Null: no end."""
    prices: Many[Price]
    """The cells. A missing cell is no price: an energy in it is not priced, never free."""
    subscriptions: Many[Subscription] = ()
    """Yearly amount for each point of a tariff option. One left out has none."""

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if self.valid_from and self.valid_to and self.valid_from >= self.valid_to:
            raise ValueError("a period that ends after it begins")
        cells = [(one.tariff_code, one.time_class, one.year) for one in self.prices]
        if len(set(cells)) < len(cells):
            raise ValueError("each cell of the price schedule once")
        return self


class Fee(Wire):
    """What is billed besides energy, network and taxes."""

    label: Text
    """What it is. Example: `frais du groupement`."""
    eur_per_year: Euros = Decimal(0)
    """Amount a year, shared by days."""
    eur_per_mwh: EurosPerMWh = Decimal(0)
    """Amount for each MWh."""
    vat_percent: Percent | None = None
    """Its VAT. Null: the standard rate of the day."""


class GasTransport(Wire):
    """What a gas point is billed for transport (ATRT) and storage: its highest day of a winter."""

    car_mwh: Annotated[
        Decimal,
        Strict(False),
        decimal_text,
        Field(gt=0, max_digits=15, json_schema_extra={"unit": "MWh/y"}),
    ]
    """Yearly energy of reference (CAR)."""
    profile: Annotated[str, StringConstraints(pattern=r"^P0[0-9]{2}$")]
    """Profile of consumption. Example: `P012`."""
    station: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9_-]{1,30}$")]
    """Weather station, as the table of coefficients writes it."""
    ntr: Annotated[int, Field(ge=0, le=20)]
    """Level of the regional network tariff (NTR)."""


class BilledTerms(Wire):
    """What one delivery point is billed under."""

    supply_point: SupplyPointKey | None = None
    """The delivery point. Null: any, for a comparison."""
    tariff_code: TariffCode
    """FTA, the network tariff option. Example: `BTINFMU4`. Of gas T1 to T4, or TP."""
    powers: Many[ClassPower] = ()
    """Subscribed powers: one for all classes, or one a class. Empty: gas."""
    capacity_mwh_d: (
        Annotated[
            Decimal,
            Strict(False),
            decimal_text,
            Field(gt=0, max_digits=12, json_schema_extra={"unit": "MWh/d"}),
        ]
        | None
    ) = None
    """Daily capacity of a gas point of option T4. Null: another option."""
    billed_apart: Many[Literal["transport", "cpb"]] = ()
    """Of gas: what is on lines of its own; what is left out is in the price of the supply."""
    transport: GasTransport | None = None
    """Of gas: what transport and storage are billed by, when they are billed apart. Null: by an
    amount for each MWh."""
    prices: PriceSchedule | None = None
    """Prices of the supply. Null: only the network and the taxes are billed."""
    fees: Many[Fee] = ()
    """What is billed besides."""
    activity: Activity = "unknown"
    """Whether its activity is an economic one: it decides the accise between 36 and 250 kVA."""
    contract: Contract = "single"
    """Which management component is due."""
    tan_phi: Annotated[Decimal, Strict(False), decimal_text, Field(ge=0, le=10)] = Decimal("0.4")
    """Reactive energy up to this share of the active energy is free (HTA; above 36 kVA until 31
    July 2025)."""
    reactive_eur_per_kvarh: (
        Annotated[Decimal, Strict(False), decimal_text, Field(ge=0, le=10)] | None
    ) = None
    """Price of reactive energy above that. Null: that of the network tariff of its days."""

    @model_validator(mode="after")
    def _powered(self) -> Self:
        if not self.powers and not self.tariff_code.startswith("T"):
            raise ValueError("the subscribed powers")
        return self


class PeriodUse(Wire):
    """What a delivery point used over some civil days."""

    from_date: CivilDate
    """First day."""
    to_date: CivilDate
    """The day after the last one."""
    energy: Many[ClassKwh]
    """Active energy by time class. A class left out used none."""
    overrun_hours: Hours = Decimal(0)
    """Hours over the subscribed power, rounded as the meter counts them (BT > 36 kVA)."""
    overruns: Many[ClassOverrun] = ()
    """Power above what is subscribed, by class (HTA). One left out had none."""
    overrun_source: Literal["operator", "meter_curve", "apparent_curve", "active_curve"] | None = (
        None
    )
    """How those hours, or those overruns, are known, best first. `operator`: told by its meter, or
    its invoice. `meter_curve`: a curve of ten minutes in HTA, whose active power is what is billed.
    `apparent_curve`: steps whose apparent power, of a curve of active and one of reactive power, is
    above the subscribed kVA. `active_curve`: steps whose active power is; apparent power is higher,
    so the hours are the least there are. Null: 0 hours are not known, more are told."""
    reactive_kvarh: Annotated[Decimal, Strict(False), decimal_text, Field(ge=0, max_digits=15)] = (
        Decimal(0)
    )
    """Reactive energy drawn in peak hours of the high season, kVArh."""
    missing_steps: Annotated[int, Field(ge=0)] = 0
    """Steps of the curve without a measure: their energy is not known and not counted."""
    method: Literal["index", "curve", "estimated"] = "index"
    """How the energies are known."""

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.from_date >= self.to_date:
            raise ValueError("a period that ends after it begins")
        return self
