"""What of a record a recipient sees only when the agreement names the right: one table.

The rest of a record is open as soon as the record is. To its owner everything is.
"""

from collections.abc import Mapping
from typing import Any, Literal

from synergie.policy.trust.permit import Permit
from synergie.schemas.trust.agreement import FieldRight

type Noun = Literal[
    "site", "supply_point", "series", "cabinet", "light_point", "work_order", "supply_terms",
    "invoice_line", "register_reading", "interval_reading",
]  # fmt: skip

CLOSED: dict[tuple[Noun, str], tuple[FieldRight | None, object]] = {
    ("supply_point", "annual_kwh"): ("annual_energy", None),
    ("supply_terms", "annual_energy"): ("annual_energy", ()),
    ("cabinet", "supply_point"): ("supply_link", None),
    ("light_point", "raw"): (None, None),
    ("work_order", "raw"): (None, None),
    ("supply_terms", "source"): (None, "agreement"),
    ("supply_terms", "member"): (None, None),
    ("supply_terms", "site_name"): (None, None),
    ("supply_terms", "insee_code"): (None, None),
    ("supply_terms", "usage"): (None, None),
    ("invoice_line", "source"): (None, "agreement"),
    ("register_reading", "source"): (None, "agreement"),
    ("interval_reading", "source"): (None, "agreement"),
    ("register_reading", "source_quality"): (None, None),
    ("interval_reading", "source_quality"): (None, None),
}
"""Of each noun and field: the right that opens it (None: nothing does), and what is told instead.

A year's energy may reach before the period that is open; which delivery point feeds a cabinet is
of another dataset; the row of the source as it came, its codes and the name of its format are the
owner's; so are the names that a table of bills gives a point, and where it is.
"""

_NUMBERED: frozenset[Noun] = frozenset(
    {"series", "cabinet", "supply_terms", "invoice_line", "register_reading", "interval_reading"}
)
"""Records that name a delivery point by its key in `supply_point`."""


def redact_fields(permit: Permit, noun: Noun, *, person: str | None = None) -> Mapping[str, Any]:
    """What is told in place of fields that *permit* does not open.

    *person*: the server's identifier of the delivery point the record is about, when it is a
    natural person's. Its number identifies a home: unless `delivery_point_number` is named it is
    told as `other:` and that identifier, the same in every record, good to join and for nothing
    else.
    """
    if permit.scope == "own":
        return {}
    told = {
        field: blank
        for (name, field), (right, blank) in CLOSED.items()
        if name == noun and (right is None or not permit.opens(right))
    }
    if person is None or permit.opens("delivery_point_number"):
        return told
    code = person.replace("_", "")
    if noun == "supply_point":
        return {"scheme": "other", "code": code, **told}
    if noun == "register_reading":
        told["meter"] = None
    return {"supply_point": f"other:{code}", **told} if noun in _NUMBERED else told
