"""One door for votes from elsewhere: what the file is, is found from the file."""

from dataclasses import dataclass
from pathlib import Path

from synergie.errors import BadInput, TooLarge
from synergie.formats import Report
from synergie.formats.tables.plain_rows import plain_rows
from synergie.lighting.plan.evidence import _text as text
from synergie.lighting.plan.evidence import decidim, pabulib
from synergie.lighting.records.weighing import Evidence
from synergie.schemas.plan import Phrase

MAX_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class EvidenceRead:
    """Votes, and what the file held that could not be read."""

    evidence: Evidence
    refused: tuple[BadInput, ...]
    """Rows that were left out, each with its line."""
    report: Report


def read_evidence(
    source: Path | bytes, *, told: str | None = None, locale: str = "fr"
) -> EvidenceRead:
    """The votes of a .pb file, or of a Decidim export in CSV, XLSX or ODS.

    *told*: which vote and when, for people; None: the name of the file. BadInput: neither of them;
    TooLarge over 256 MiB. A bad row costs itself, never the file.
    """
    name = source.name if isinstance(source, Path) else "vote"
    content = _read_source_bytes(source)
    start = content[:4096].decode("utf-8", "replace")
    if pabulib.looks_like(start):
        decoded, notes = _decode_content(content)
        evidence, report = pabulib.read(decoded, source=told or name)
        evidence = evidence.model_copy(update={"notes": (*evidence.notes, *notes)})
    else:
        rows, report = _read_export_rows(content)
        evidence = decidim.read(rows, report, source=told or name, locale=locale)
    refused = sorted(report.refused, key=lambda one: one.line or 0)
    return EvidenceRead(evidence, tuple(one.with_line() for one in refused), report)


def _read_source_bytes(source: Path | bytes) -> bytes:
    content = source
    if isinstance(content, Path):
        with content.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise TooLarge(MAX_BYTES, "bytes")
    return content


def _read_export_rows(content: bytes) -> tuple[list[tuple[int, list[str]]], Report]:
    if not content.strip():
        raise BadInput("file", "", text.A_FORMAT)
    rows, report = plain_rows(content)
    if not rows or not decidim.looks_like(rows[0][1]):
        first = ";".join(rows[0][1]) if rows else ""
        raise BadInput("line 1", first, text.A_FORMAT)
    return rows, report


def _decode_content(content: bytes) -> tuple[str, list[Phrase]]:
    try:
        return content.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace"), [Phrase(text=text.UNDECODED)]
