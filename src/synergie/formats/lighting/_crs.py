"""The reference system that a file names for its coordinates."""

import re

from synergie.errors import BadInput
from synergie.formats._projection import Reference, degrees_from, reference_of
from synergie.schemas.lighting_mapping import LightingMapping

_AUTHORITY = re.compile(
    r'(?:AUTHORITY\s*\[\s*"EPSG"\s*,\s*"(\d{4,6})"|ID\s*\[\s*"EPSG"\s*,\s*(\d{4,6}))\s*\]\s*\]\s*$'
)


def named(text: str, where: str, mapping: LightingMapping | None) -> Reference:
    """The system of a well-known *text* (.prj, GeoPackage); what is declared comes first.

    BadInput at *where* for one that nobody knows; MissingExtra("geo") for one that only PROJ does.
    """
    if mapping is not None and mapping.epsg is not None:
        return mapping.epsg
    code = reference_of(text)
    if code is None and (found := _AUTHORITY.search(text)):
        code = int(found[1] or found[2])
    return known(code if code is not None else text, where)


def known(reference: Reference, where: str) -> Reference:
    """*reference*, once it is sure that its coordinates can be turned into degrees."""
    try:
        degrees_from(reference)
    except BadInput as fault:
        raise BadInput(where, fault.found, fault.expected) from fault
    return reference
