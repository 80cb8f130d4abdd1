"""The folder of a comparison, as names and bytes: whoever calls it writes it whole."""

from collections.abc import Iterator
from io import BytesIO

from pydantic import BaseModel

from synergie.lighting.reports.brief import LightingBrief
from synergie.lighting.reports.report import lighting_document
from synergie.lighting.reports.workbook import write_lighting
from synergie.reports.page import html

NAMES = frozenset(
    {"rapport.html", "classeur.xlsx", "comparaison.json", "etude.json", "poids.json", "voix.json",
     "frontiere.json"}
)  # fmt: skip
"""What such a folder may hold."""


def lighting_folder(brief: LightingBrief) -> dict[str, bytes]:
    """Name of each file → its bytes; the same brief gives the same. MissingExtra("frames")."""
    sink = BytesIO()
    write_lighting(brief, sink)
    files = {
        "rapport.html": html(lighting_document(brief)).encode(),
        "classeur.xlsx": sink.getvalue(),
    }
    return files | dict(_iterate_record_files(brief))


def _iterate_record_files(brief: LightingBrief) -> Iterator[tuple[str, bytes]]:
    """What programs read; the study is written without spaces, it is the longest."""
    yield "comparaison.json", _format_json(brief.comparison, indent=2)
    yield "etude.json", _format_json(brief.study, indent=None)
    parts = (
        ("poids.json", brief.weighing), ("voix.json", brief.voices),
        ("frontiere.json", brief.frontier),
    )  # fmt: skip
    yield from ((name, _format_json(one, indent=2)) for name, one in parts if one is not None)


def _format_json(record: BaseModel, indent: int | None) -> bytes:
    return (record.model_dump_json(indent=indent) + "\n").encode()
