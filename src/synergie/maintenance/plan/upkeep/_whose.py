"""What rows leave unsaid and others tell: whose a work order is, what a commune is called."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from synergie.maintenance.plan.upkeep import _text
from synergie.park.plan.owned import Owned
from synergie.park.records.park import SetAside
from synergie.schemas.assets.cabinet import CabinetRecord
from synergie.schemas.assets.work_order import WorkOrder

LATER = ""
"""Owner of a work order until its asset tells whose it is."""
_LONGEST = 150


def assign_order_owners(
    orders: Iterable[Owned[WorkOrder]], assets: Iterable[tuple[str, str]], aside: list[SetAside]
) -> Iterator[Owned[WorkOrder]]:
    """The work orders, those of nobody with the owner of their asset, where there is one only.

    *assets*: each with its owner. The others go to *aside*.
    """
    names: dict[str, set[str]] = defaultdict(set)
    for asset, organisation in assets:
        names[asset].add(organisation)
    for order in orders:
        if order.organisation != LATER:
            yield order
            continue
        asset = order.record.asset or ""
        found = sorted(names.get(asset, ()))
        if len(found) == 1:
            yield replace(order, organisation=found[0])
        else:
            where = f"{order.where}, {order.record.external_id}"[:200]
            told = f"{asset or '–'}: {', '.join(found) or '–'}"[:200]
            aside.append(SetAside(where=where, found=told, expected=_text.NO_OWNER))


def communes_by_cabinets(cabinets: Iterable[CabinetRecord]) -> dict[str, str]:
    """The name of each commune that all names of its cabinets end with: "Armoire 3, Pompey"."""
    ends: dict[str, set[str]] = defaultdict(set)
    for one in cabinets:
        if one.insee_code is not None and one.name:
            before, comma, end = one.name.rpartition(", ")
            ends[one.insee_code].add(end if before and comma else "")
    told = {code: min(found) for code, found in ends.items() if len(found) == 1}
    return {
        code: name[:_LONGEST]
        for code, name in told.items()
        if name and not any(map(str.isdigit, name))
    }
