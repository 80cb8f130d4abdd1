"""Enedis R171: daily indexes of C1 to C4 points, one series a quantity and class, XML.

Active energy in Wh, reactive in VARh, highest power in VA, times of operation (TF) and
of overrun (DD) in s. Times are local, without offset. Energy of overrun (DE) and its quadratic sum
(DQ) are no index and are passed over.
"""

from collections.abc import Iterator
from typing import BinaryIO
from xml.etree.ElementTree import Element

from synergie.errors import BadInput, Words
from synergie.formats import checks
from synergie.formats._json import Node
from synergie.formats._xml import iterate_elements, root_of
from synergie.formats.enedis._flow import opened
from synergie.formats.enedis._r64_registers import Register, Registers
from synergie.formats.format import Format, Sample
from synergie.formats.report import Report
from synergie.schemas.readings.profile import Profile
from synergie.schemas.readings.register_reading import RegisterReading

NAME = "enedis-r171"
ROOT = "R171"
SERIES = ("serieMesuresDatees", "serie", "Serie_Mesures_Datees")
"""Elements that hold one series."""
VALUES = ("mesureDatee", "mesure", "Mesure_Datee")
"""Elements that hold one index of it."""
FIELDS: dict[str, tuple[str, ...]] = {
    "idPrm": ("prmId", "idPrm", "pointId", "Id_PRM"),
    "grandeurMetier": ("grandeurMetier", "Grandeur_Metier"),
    "grandeurPhysique": ("grandeurPhysique", "Grandeur_Physique"),
    "unite": ("unite", "Unite_Mesure"),
    "idCalendrier": ("idCalendrier", "codeCalendrier", "typeCalendrier"),
    "idClasseTemporelle": ("codeClasseTemporelle", "idClasseTemporelle", "classeTemporelle"),
    "codeCadran": ("codeCadran",),
}
"""What a series says of itself, by the names of the elements that may say it."""
MOMENTS = ("dateFin", "d", "horodate", "date", "Date_Fin")
NUMBERS = ("valeur", "v", "Valeur")

SAMPLE = 1 << 16
"""Bytes in which a series, or the list of none, must have begun."""

_SERIES = "serieMesuresDatees, each with prmId, grandeurPhysique, unite and mesureDatee"


def sniff(sample: Sample) -> float:
    """1.0 for the root element `R171`."""
    return 1.0 if root_of(sample)[0] == ROOT else 0.0


def read(source: BinaryIO, profile: Profile) -> tuple[Iterator[RegisterReading], Report]:
    """Indexes in file order.

    BadInput: another root element, no series in a layout that is known, XML that is not well
    formed. A bad index is refused at its number in the file. Memory grows with the indexes of
    neighbouring series of one delivery point.
    """
    opened(source, ROOT)
    head = source.read(SAMPLE)
    source.seek(0)
    if not any(name.encode() in head for name in SERIES):
        raise BadInput("root", Words("no series"), _SERIES)
    report = Report()
    return _read_r171_readings(source, profile, report), report


def _read_r171_readings(
    source: BinaryIO, profile: Profile, report: Report
) -> Iterator[RegisterReading]:
    prm, n = "", 0
    registers = Registers(NAME, profile, report)
    for series in iterate_elements(source, *SERIES):
        told = {
            name: text
            for name, names in FIELDS.items()
            if (text := _read_first_text(series, names))
        }
        if told.get("idPrm", "") != prm:
            registers.check()
            registers = Registers(NAME, profile, report)
            prm = told.get("idPrm", "")
        values = list(_iterate_index_values(series, n))
        n += len(values)
        if others := _count_other_measures(series, len(values)):
            report.find(
                checks.SERIES_EMPTY, _read_first_text(series, ("grandeurPhysique",)), times=others
            )
        yield from registers.read(Register(Node(dict(told))), "record ", values)
    registers.check()


def _iterate_index_values(series: Element, n: int) -> Iterator[tuple[str, object]]:
    """The indexes of a series: number in the file, and what it says."""
    lists = [one for one in series if one.tag.lower().endswith("liste")]
    for holder in lists or [series]:
        for value in _select_children(holder, VALUES):
            n += 1
            yield (
                str(n),
                {"d": _read_first_text(value, MOMENTS), "v": _read_first_text(value, NUMBERS)},
            )


def _count_other_measures(series: Element, read: int) -> int:
    """Measures of a series that stand where, or are called as, none is looked for."""
    told = sum(
        1
        for one in series.iter()
        if one.tag.lower().startswith("mesure") and _has_number_or_moment(one)
    )
    return max(0, told - read)


def _has_number_or_moment(element: Element) -> bool:
    return any(child.tag in (*NUMBERS, *MOMENTS) for child in element)


def _select_children(element: Element, names: tuple[str, ...]) -> list[Element]:
    return [child for child in element if child.tag in names]


def _read_first_text(element: Element, names: tuple[str, ...]) -> str:
    """Text of the first child of one of these names, or its attribute `code`."""
    for name in names:
        child = element.find(name)
        if child is not None:
            code = child.get("code") or child.findtext("code") or child.text or ""
            if code.strip():
                return code.strip()
    return ""


FORMAT = Format(
    name=NAME, title="Enedis R171, daily indexes of C1 to C4 points (XML)", sniff=sniff, read=read
)
