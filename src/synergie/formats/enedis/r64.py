"""Enedis R64: indexes on demand or recurrent (R64A, R64B), JSON or the portal's CSV.

The index dated J is the one at the start of J (local time without offset), in Wh, VArh, VA, W or
s (Enedis.SGE.GUI.0503 v1.5.2, §4.3). The distributor's and the supplier's registers count the
same energy: they stay apart by `grid`; the register of all classes (`cadranTotalisateur`) has
none. `iv` 1 to 15 makes an index suspect: it fell, jumped, or moved where it should not.
"""

from collections.abc import Iterator
from typing import BinaryIO

from synergie.errors import BadInput
from synergie.formats._json import Node
from synergie.formats.enedis import _r6x
from synergie.formats.enedis._r64_registers import Register, Registers
from synergie.formats.format import Format, Sample
from synergie.formats.report import Report
from synergie.schemas.readings.profile import Profile
from synergie.schemas.readings.register_reading import RegisterReading

NAME = "enedis-r64"

_NEEDED = ("identifiantprm", "grandeurphysique", "grandeurmetier", "unite", "horodate", "cadran",
           "valeur")  # fmt: skip
_CELLS = {
    "idPrm": "identifiantprm", "grandeurPhysique": "grandeurphysique",
    "grandeurMetier": "grandeurmetier", "unite": "unite", "etapeMetier": "etapemetier",
    "contexteReleve": "contextedereleve", "typeReleve": "typedereleve", "libelleGrille": "grille",
    "idCalendrier": "identifiantcalendrier", "idClasseTemporelle": "identifiantclassetemporelle",
    "codeCadran": "cadran",
}  # fmt: skip


def sniff(sample: Sample) -> float:
    """1.0 for a header of the flow, 0.9 for its columns, 0.8 for `codeCadran` and `valeur`."""
    if flow := _r6x.flow_of(sample):
        return 1.0 if flow == "R64" else 0.0
    if columns := _r6x.columns_of(sample):
        return 0.9 if set(_NEEDED) <= set(columns) else 0.0
    return 0.8 if b'"codeCadran"' in sample.start and b'"valeur"' in sample.start else 0.0


def read(source: BinaryIO, profile: Profile) -> tuple[Iterator[RegisterReading], Report]:
    """Every index, in file order; each is a row of the report.

    An index that is wrong, blank or contradicts another one of the same moment is refused.
    BadInput: another flow, or no `mesures`. Memory grows with one delivery point (JSON), or with
    the registers of the file (CSV).
    """
    report = Report()
    read_one = _read_r64_items if _r6x.is_json(source) else _read_r64_table
    return read_one(source, profile, report), report


def _read_r64_items(
    source: BinaryIO, profile: Profile, report: Report
) -> Iterator[RegisterReading]:
    for place, mesure in _r6x.iterate_mesures(source, "R64", report):
        registers = Registers(NAME, profile, report)
        try:
            each = list(_iterate_registers(mesure))
        except BadInput as fault:
            report.refuse(place, fault)
            continue
        for told, values in each:
            yield from registers.read(told, place, values)
        registers.check()


def _iterate_registers(mesure: Node) -> Iterator[tuple[Register, list[tuple[str, object]]]]:
    """Each register of a point, with its values and their pointers within it."""
    for context in mesure.nodes("contexte"):
        for part in context.nodes("grandeur"):
            told = mesure.fields | context.fields | part.fields
            for calendar in part.nodes("calendrier"):
                for one in calendar.nodes("classeTemporelle"):
                    fields = told | calendar.fields | one.fields
                    yield Register(Node(fields)), _list_register_values(one)
            if "cadranTotalisateur" in part.fields:
                total = part.node("cadranTotalisateur")
                yield Register(Node(told | total.fields)), _list_register_values(total)


def _list_register_values(node: Node) -> list[tuple[str, object]]:
    found = node.fields.get("valeur")
    values = found if isinstance(found, list) else [found]
    return [(f"{node.where}/valeur/{i}", value) for i, value in enumerate(values)]


def _read_r64_table(
    source: BinaryIO, profile: Profile, report: Report
) -> Iterator[RegisterReading]:
    registers, point = Registers(NAME, profile, report), ""
    for line, cells in _r6x.read_portal_table(source, _NEEDED, report):
        told = Node({name: cells.get(label) for name, label in _CELLS.items()})
        if cells["identifiantprm"] != point:
            registers.check()
            registers, point = Registers(NAME, profile, report), cells["identifiantprm"]
        value = {"d": cells["horodate"], "v": cells["valeur"],
                 "iv": cells.get("indicedevraisemblance")}  # fmt: skip
        yield from registers.read(Register(told), line, [("", value)])
    registers.check()


FORMAT = Format(name=NAME, title="Enedis indexes, R64 (JSON, CSV)", sniff=sniff, read=read)
