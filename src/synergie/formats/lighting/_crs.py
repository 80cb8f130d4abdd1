"""The reference system that a file names for its coordinates."""

import re

from synergie.errors import BadInput
from synergie.formats._projection import Reference, degrees_from, reference_of
from synergie.schemas.assets.lighting_mapping import LightingMapping

_AUTHORITY = re.compile(
    r'(?:AUTHORITY\s*\[\s*"EPSG"\s*,\s*"(\d{4,6})"|ID\s*\[\s*"EPSG"\s*,\s*(\d{4,6}))\s*\]\s*\]\s*$'
)
_EPSG = re.compile(r"EPSG:{1,2}(\d{4,6})$")
_WGS84 = 4326


def identify_crs(text: str, where: str, mapping: LightingMapping | None) -> Reference:
    """The system of a well-known *text* (.prj, GeoPackage); what is declared comes first.

    BadInput at *where* for one that nobody knows; MissingExtra("geo") for one that only PROJ does.
    """
    if mapping is not None and mapping.epsg is not None:
        return mapping.epsg
    code = reference_of(text)
    if code is None and (found := _AUTHORITY.search(text)):
        code = int(found[1] or found[2])
    return check_reference(code if code is not None else text, where)


def of_geojson(crs: object) -> Reference:
    """WGS 84, unless the `crs` member of the GeoJSON of 2008 names another system."""
    if crs is None:
        return _WGS84
    name = find_json_member(find_json_member(crs, "properties"), "name")
    found = _EPSG.search(name) if isinstance(name, str) else None
    if found:
        return check_reference(int(found[1]), "/crs")
    if isinstance(name, str) and name.endswith("CRS84"):
        return _WGS84
    raise BadInput("/crs", crs, "a known EPSG system, or none (RFC 7946: WGS 84)")


def find_json_member(value: object, name: str) -> object:
    """The member *name* of a JSON object; None of anything else."""
    return value.get(name) if isinstance(value, dict) else None


def check_reference(reference: Reference, where: str) -> Reference:
    """*reference*, once it is sure that its coordinates can be turned into degrees."""
    try:
        degrees_from(reference)
    except BadInput as fault:
        raise BadInput(where, fault.found, fault.expected) from fault
    return reference
