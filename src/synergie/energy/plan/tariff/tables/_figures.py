"""What a table answers: the figures of one day, with where they come from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from synergie.energy.plan.tariff.tables._missing import TableMissing

type Domain = Literal["BT_UP_TO_36", "BT_ABOVE_36", "HTA"]
"""Voltage and power: what decides which formulas hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """One dated figure."""

    table: str
    key: str
    value: Decimal
    """In the unit of its table: EUR/MWh for accise and vnu, percent for cta and vat."""
    valid_from: date
    valid_to: date
    """The day after the last one; `date.max` when no end is known."""
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Turpe:
    """The network tariff of one option on one day, EUR excluding VAT."""

    tariff_code: str
    domain: Domain
    cg_eur: Decimal
    """Composante de gestion (contrat unique), EUR a year."""
    cc_eur: Decimal
    """Composante de comptage, EUR a year."""
    b: Mapping[str, Decimal]
    """Price of subscribed power, EUR a year for each kVA (kW in HTA). Up to 36 kVA one, under
    `BASE`; above one a class, in the order in which subscribed powers rise."""
    c: Mapping[str, Decimal]
    """Price of energy by class, c€/kWh; its keys are the classes of the option."""
    cg_card_eur: Decimal | None = None
    """Composante de gestion of a network contract apart (CARD), EUR a year. None: not known."""
    cer_ceur_per_kvarh: Decimal | None = None
    """Price of reactive energy above its free share, c€/kVArh (HTA). None: not known, or none."""
    missing: frozenset[str] = frozenset()
    """Columns of the table whose figure is not known on the day: the one here is of another day,
    and nothing is priced with it but an estimate."""
    gap: TableMissing | None = None
    """What says so. None: nothing is missing."""
    cmdps_eur_per_h: Decimal | None
    """Price of an hour over the subscribed power. None: there is no such component (BT <= 36 kVA
    trips instead), or another formula (HTA)."""
    valid_from: date
    valid_to: date
    source: str

    @property
    def classes(self) -> tuple[str, ...]:
        """The time classes of the option, in the order bills write them."""
        return tuple(self.c)
