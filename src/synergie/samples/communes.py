"""The 13 communes of the Bassin de Pompey and who runs what in the demonstration.

Real: names, INSEE and postal codes, SIREN, populations (2026 edition of the legal populations,
@etalab/decoupage-administratif 6.0.0), centres to about a kilometre. Assumed: the counts of light
points, cabinets and delivery points (7,500 is the announced total), and who runs which commune.
Outlines: IGN, Admin Express, edition 2018 (Licence Ouverte), simplified.
"""

from dataclasses import dataclass
from pathlib import Path

OUTLINES = Path(__file__).with_name("communes.geojson")
"""Where the outlines of the communes are, WGS 84."""
OUTLINES_SOURCE = "IGN, Admin Express 2018"
"""What their licence asks to be written where they are shown."""

EPCI = "cc-bassin-de-pompey"
"""The community of communes, a real body (SIREN 245400601)."""
ENERGY = "syndicat-energie-fictif"
"""An energy syndicate that does not exist."""
LIGHTING = "syndicat-eclairage-fictif"
"""A lighting syndicate that does not exist."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Commune:
    """One commune: facts first, then what the demonstration assumes."""

    id: str
    """Identifier of the organisation on the demonstration server."""
    name: str
    """Official name."""
    insee_code: str
    """Commune code (INSEE)."""
    postal_code: str
    """Postal code."""
    siren: str
    """SIREN (INSEE)."""
    population_total: int
    """Total population, inhabitants."""
    population_municipal: int
    """Municipal population, inhabitants."""
    longitude: float
    """Approximate centre, degrees east (WGS 84)."""
    latitude: float
    """Approximate centre, degrees north (WGS 84)."""
    light_points: int
    """Light points [assumed]."""
    cabinets: int
    """Lighting cabinets, each with its own delivery point [assumed]."""
    c5_buildings: int
    """Buildings on a delivery point up to 36 kVA [assumed]."""
    c4_points: int
    """Delivery points of 36 to 250 kVA [assumed]."""
    operator: str
    """Who runs its street lighting in the demonstration [assumed]."""


def _parse_commune(line: str) -> Commune:
    cells = [cell.strip() for cell in line.split("|")]
    total, municipal, points, cabinets, c5, c4 = (int(cell) for cell in cells[7:13])
    return Commune(
        id=cells[0],
        name=cells[1],
        insee_code=cells[2],
        postal_code=cells[3],
        siren=cells[4],
        longitude=float(cells[5]),
        latitude=float(cells[6]),
        population_total=total,
        population_municipal=municipal,
        light_points=points,
        cabinets=cabinets,
        c5_buildings=c5,
        c4_points=c4,
        operator={"C": EPCI, "E": ENERGY, "L": LIGHTING}[cells[13]],
    )


_TABLE = """
champigneulles | Champigneulles | 54115 | 54250 | 215401159 | 6.166 | 48.735 | 6646 | 6588 | 1182 | 27 | 37 | 4 | C
frouard | Frouard | 54215 | 54390 | 215402157 | 6.131 | 48.757 | 6548 | 6480 | 1225 | 28 | 36 | 4 | C
liverdun | Liverdun | 54318 | 54460 | 215403189 | 6.063 | 48.750 | 5723 | 5656 | 969 | 22 | 32 | 4 | L
pompey | Pompey | 54430 | 54340 | 215404302 | 6.126 | 48.772 | 4866 | 4815 | 1084 | 25 | 28 | 3 | C
bouxieres-aux-dames | Bouxières-aux-Dames | 54090 | 54136 | 215400904 | 6.163 | 48.756 | 4162 | 4122 | 705 | 16 | 24 | 3 | C
custines | Custines | 54150 | 54670 | 215401506 | 6.145 | 48.791 | 3120 | 3095 | 612 | 16 | 18 | 2 | L
lay-saint-christophe | Lay-Saint-Christophe | 54305 | 54690 | 215403056 | 6.198 | 48.749 | 2414 | 2367 | 409 | 11 | 15 | 2 | E
marbache | Marbache | 54351 | 54820 | 215403510 | 6.106 | 48.800 | 1692 | 1671 | 338 | 12 | 11 | 1 | L
saizerais | Saizerais | 54490 | 54380 | 215404906 | 6.046 | 48.793 | 1474 | 1457 | 294 | 10 | 10 | 1 | L
faulx | Faulx | 54188 | 54760 | 215401886 | 6.196 | 48.793 | 1401 | 1391 | 280 | 10 | 9 | 1 | E
malleloy | Malleloy | 54338 | 54670 | 215403387 | 6.171 | 48.800 | 1000 | 986 | 200 | 7 | 7 | 1 | E
millery | Millery | 54369 | 54670 | 215403692 | 6.128 | 48.816 | 605 | 597 | 121 | 4 | 5 | 0 | L
montenoy | Montenoy | 54376 | 54760 | 215403767 | 6.232 | 48.783 | 408 | 401 | 81 | 3 | 4 | 0 | E
"""  # noqa: E501 (one commune a line, as in the source table)

COMMUNES: tuple[Commune, ...] = tuple(_parse_commune(line) for line in _TABLE.strip().splitlines())
"""The 13 communes, largest first, as the source table orders them."""

FAST: frozenset[str] = frozenset({"54430", "54490", "54338"})
"""The three communes of the small demonstration: one an operator."""
