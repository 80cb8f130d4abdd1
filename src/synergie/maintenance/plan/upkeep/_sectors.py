"""Light points that name no cabinet: visited by sectors, squares of a commune."""

from math import cos, floor, radians

from synergie.maintenance.plan.upkeep import _text
from synergie.park.plan.owned import Owned
from synergie.schemas.assets.cabinet import CabinetRecord
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.assets.location import Location
from synergie.schemas.plan import Phrase

SECTOR_M = 400
"""Side of a sector, metres: some forty light points of a town."""
_M_A_DEGREE = 111_200


def with_sectors(
    cabinets: list[Owned[CabinetRecord]], points: list[Owned[LightPointRecord]]
) -> list[Phrase]:
    """Give the light points of owners that name no cabinet at all a sector as their cabinet.

    An owner who names some cabinets has made a choice: its other points are left as they are.
    """
    naming = {one.organisation for one in points if one.record.cabinet}
    naming |= {one.organisation for one in cabinets}
    sectors: dict[tuple[str, str], Owned[LightPointRecord]] = {}
    count = 0
    for i, one in enumerate(points):
        if one.organisation in naming or one.record.location is None:
            continue
        name = _format_sector_name(one.record.location, one.record.insee_code)
        sectors.setdefault((one.organisation, name), one)
        points[i] = Owned(
            one.organisation, one.record.model_copy(update={"cabinet": name}), one.where
        )
        count += 1
    cabinets += [
        Owned(owner, _build_sector_cabinet(name, first.record), first.where)
        for (owner, name), first in sorted(sectors.items(), key=lambda item: item[0])
    ]
    values = (str(count), str(SECTOR_M), str(len(sectors)))
    return [Phrase(text=_text.SECTORS, values=values)] if count else []


def _format_sector_name(place: Location, commune: str | None) -> str:
    """`S-34172-0812-1277`: the commune, then the square counted northwards and eastwards."""
    north = floor(place.latitude * _M_A_DEGREE / SECTOR_M)
    middle = (north + 0.5) * SECTOR_M / _M_A_DEGREE  # the same for a whole row of squares
    east = floor(place.longitude * cos(radians(middle)) * _M_A_DEGREE / SECTOR_M)
    return f"S-{commune or ''}-{north % 10_000:04}-{east % 10_000:04}"


def _build_sector_cabinet(name: str, first: LightPointRecord) -> CabinetRecord:
    return CabinetRecord(external_id=name, insee_code=first.insee_code, provenance=first.provenance)
