"""The demonstration territory: real communes, synthetic meters and lights, all labelled."""

from synergie.samples.communes import COMMUNES, ENERGY, EPCI, LIGHTING, Commune
from synergie.samples.curves import YearCurve, year_curves
from synergie.samples.territory import ASSUMPTIONS, YEAR, Holding, Territory, member, territory

__all__ = [
    "ASSUMPTIONS",
    "COMMUNES",
    "ENERGY",
    "EPCI",
    "LIGHTING",
    "YEAR",
    "Commune",
    "Holding",
    "Territory",
    "YearCurve",
    "member",
    "territory",
    "year_curves",
]
