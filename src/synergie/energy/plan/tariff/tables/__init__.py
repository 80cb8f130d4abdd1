"""The dated tables of regulated prices: network tariff, accise, CTA, VAT, VNU.

Each table is a CSV file of versions (valid_from inclusive, valid_to exclusive, figures, source). A
day outside every version is refused with the table's name and the days it covers: nothing is
extrapolated, nothing is scaled. Own tables may be laid over these.
"""

from synergie.energy.plan.tariff.tables._figures import Domain, Rate, Turpe
from synergie.energy.plan.tariff.tables._missing import TableMissing
from synergie.energy.plan.tariff.tables._read import Shape
from synergie.energy.plan.tariff.tables._tables import (
    ALL_CELLS,
    BY_ACTIVITY,
    NO_CELLS,
    SHAPES,
    Tables,
    find_accise_category,
    find_tariff_domain,
    shipped,
)

__all__ = [
    "ALL_CELLS",
    "BY_ACTIVITY",
    "NO_CELLS",
    "SHAPES",
    "Domain",
    "Rate",
    "Shape",
    "TableMissing",
    "Tables",
    "Turpe",
    "find_accise_category",
    "find_tariff_domain",
    "shipped",
]
