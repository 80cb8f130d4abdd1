"""How suppliers write what EN 16931 has no field for: delivery points, and what a line is for."""

from typing import Annotated, Literal

from pydantic import Field

from synergie.schemas.wire import Wire, is_empty
from synergie.units import Many, Text

type Place = Literal["BT-128", "BG-32", "BT-127", "BT-154", "BT-153", "BT-18", "BT-71"]
"""Where a delivery point may stand: the object of a line, its attributes, note, description, name;
the object of the whole invoice, the place of its delivery."""


type LineComponent = Literal[
    "cg", "cc", "cs_fixed", "cs_energy", "cmdps", "reactive", "network",
    "atrd_fixed", "atrd_energy", "atrd_capacity",
    "supply", "subscription", "capacity", "cee", "guarantees", "vnu", "cpb", "cta", "accise", "vat",
    "other",
]  # fmt: skip
"""What a line is for, as the components of a bill. `network`: the fixed parts of the network
tariff in one line; `vat`: an amount of VAT; `other`: what is compared with nothing."""


class SupplierLine(Wire):
    """How a supplier names a line, and what it is for."""

    words: Text
    """Words of the line (BT-153, BT-154): all of them in this order, whatever their case or
    accents. Example: `Utilisation du réseau`."""
    component: LineComponent
    """What it is for."""
    time_class: Text | None = None
    """Its time class. Null: by its attribute or its words."""


class SupplierProfile(Wire):
    """Where a supplier writes what EN 16931 has no field for."""

    supplier: Text = "*"
    """SIREN or SIRET of the supplier, as its invoices tell it. `*`: any."""
    places: Many[Place] = ("BT-128", "BG-32", "BT-127", "BT-154", "BT-153", "BT-18", "BT-71")
    """Where the delivery point stands: the first place that tells one."""
    attribute: Text | None = None
    """Name of the attribute (BT-160) that holds it. Null: any."""
    energy: Literal["electricity", "gas"] | None = None
    """What it supplies. Null: by the words of the line (PCE, gaz)."""
    time_class: Text | None = None
    """Name of the attribute (BT-160) that holds the time class. Null: by the words of the line."""
    tariff_code: Text | None = None
    """Name of the attribute (BT-160) that holds the tariff option. Null: not told."""
    lines: Annotated[Many[SupplierLine], Field(exclude_if=is_empty, max_length=500)] = ()
    """How its lines are named: the first whose words a line holds. Empty, or none: by the usual
    words."""


class SupplierProfiles(Wire):
    """Profiles of suppliers, for `--profiles`."""

    profiles: Many[SupplierProfile] = Field(default=(SupplierProfile(),))
    """The first whose supplier is that of the invoice; else the one of `*`."""
