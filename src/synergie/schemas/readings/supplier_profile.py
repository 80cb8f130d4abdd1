"""Where suppliers write what EN 16931 has no field for: the delivery point of a line."""

from typing import Literal

from pydantic import Field

from synergie.schemas.wire import Wire
from synergie.units import Many, Text

type Place = Literal["BT-128", "BG-32", "BT-127", "BT-154", "BT-153", "BT-18", "BT-71"]
"""Where a delivery point may stand: the object of a line, its attributes, note, description, name;
the object of the whole invoice, the place of its delivery."""


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


class SupplierProfiles(Wire):
    """Profiles of suppliers, for `--profiles`."""

    profiles: Many[SupplierProfile] = Field(default=(SupplierProfile(),))
    """The first whose supplier is that of the invoice; else the one of `*`."""
