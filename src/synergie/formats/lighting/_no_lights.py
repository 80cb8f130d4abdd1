"""Rows of an inventory that are no light in use: cabinets, sockets, lights gone or to come."""

import re

from synergie.formats._text import plain
from synergie.schemas.lighting_mapping import LightField

_KIND = re.compile(
    r"(?:type|nature|categorie|famille|classe)?(?:d[eu]?)?(?:l?objet|ouvrage|equipement|element)s?"
    r"|type|nature|categorie|assettype|objecttype"
)
"""Heads, as `plain` writes them, of a column that says what kind of thing a row is."""
_OTHER = re.compile(
    r"\s*(?:armoire|coffret|prises?|poste|transfo\w*|cam[eé]ra|borne de (?:re)?charge|irve"
    r"|feux? (?:tricolore|de signalisation)|cabinet|socket|feeder pillar|camera)s?\b",
    re.IGNORECASE,
)
_GONE = re.compile(
    r"\s*(?:d[eé]pos[eé]|supprim[eé]|d[eé]mont[eé]|d[eé]moli|enlev[eé]|retir[eé]|abandonn[eé])(?:e?s?)\b"
    r"|\s*(?:(?:en\s+)?projet(?:[eé]e?s?)?|futur|pr[eé]vu|[aà] (?:poser|cr[eé]er))e?s?\b"
    r"|\s*(?:removed|demolished|dismantled|decommissioned|planned|proposed)\b",
    re.IGNORECASE,
)


class NoLights:
    """Finds the rows that are no lights, by a column of kinds and the one of states."""

    def __init__(self, header: list[str], columns: dict[str, LightField]) -> None:
        """*columns*: those that are read, and as what."""
        self._at = [
            (index, words)
            for index, name in enumerate(header)
            if (words := _words(name, columns.get(name))) is not None
        ]

    def told(self, cells: list[str]) -> str:
        """The words of the row that say that it is no light in use; empty: it may be one."""
        return next((cells[i].strip() for i, words in self._at if words.match(cells[i])), "")


def _words(name: str, read: LightField | None) -> re.Pattern[str] | None:
    if read == "status":
        return _GONE
    return _OTHER if read is None and _KIND.fullmatch(plain(name)) else None
