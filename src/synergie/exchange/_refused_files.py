"""The refused rows of deposits, kept a while as files to fetch and send back."""

import shutil
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

from synergie.errors import BadInput, MissingExtra, SynergieError, Words
from synergie.exchange._drops import told
from synergie.exchange._sent_back import HEAD, MOTIVE, Kind, SentBack
from synergie.formats.french import french
from synergie.formats.tables.rows_at import rows_at
from synergie.reports.refused import motive
from synergie.schemas.file_report import FileReport, RefusedLine
from synergie.schemas.profile import Profile

KEPT = timedelta(days=14)
"""How long they stay; dropping the same file again makes them again."""

_KINDS: tuple[Kind, ...] = ("csv", "xlsx")
_CURVE = "meter_curve"
_SOME_ROWS = "the refused rows of a curve, alone"
_WHOLE = "the whole file, mended: only what changed is stored"
_ODD = "as-it-is"
"""Is there when the file must lose its column `motif` before it is dropped again."""


def make(
    home: Path,
    deposit: str,
    source: BinaryIO,
    report: FileReport,
    *,
    way: tuple[str, Profile],
) -> None:
    """Write the rows of *source* that *report* refused, where it has rows."""
    sent = SentBack.of(source, report.refused, *way)
    if sent is None:
        return
    mends = sent.mends and _CURVE not in report.kinds
    folder = _folder(home, deposit)
    why = _why(report.refused)
    with told():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for kind in _KINDS:
            draft = folder / f".{kind}"
            with suppress(MissingExtra):
                with draft.open("wb") as sink:
                    sent.write(kind, why, sink)
                draft.chmod(0o600)
                draft.replace(path(home, deposit, kind))
        (folder / _ODD).unlink(missing_ok=True)
        if not mends:
            (folder / _ODD).touch(0o600)


def bears_motives(source: BinaryIO) -> bool:
    """Whether the file at its start is one of refused rows: its head ends with their reasons."""
    try:
        found = rows_at(source, (), first=HEAD)
    except SynergieError:
        return False
    finally:
        source.seek(0)
    return found is not None and any(_last(cells) == MOTIVE for _, cells in found.rows)


def refuse_curve(report: FileReport) -> None:
    """BadInput when a file of refused rows holds readings of a curve.

    Steps between its rows are absent from it: read as a curve, they would take the place of
    readings that were kept.
    """
    if _CURVE in report.kinds:
        raise BadInput("file", Words(_SOME_ROWS), _WHOLE)


def _last(cells: Sequence[object]) -> object:
    return next((cell for cell in reversed(cells) if cell != ""), "")


def there(home: Path, deposit: str) -> tuple[tuple[str, ...], bool]:
    """The kinds of file that are there, and whether they can be dropped again as they are."""
    kinds = tuple(kind for kind in _KINDS if path(home, deposit, kind).is_file())
    return kinds, not (_folder(home, deposit) / _ODD).exists()


def path(home: Path, deposit: str, kind: str) -> Path:
    """Where the file of a *kind* is; *deposit* names one that is stored."""
    return _folder(home, deposit) / f"refused.{kind}"


def sweep(home: Path, *, before: float) -> None:
    """Remove what was made before this moment, seconds since 1970."""
    folder = home / "refused"
    for one in folder.iterdir() if folder.is_dir() else ():
        with suppress(OSError):
            if one.stat().st_mtime < before:
                shutil.rmtree(one, ignore_errors=True)


def _folder(home: Path, deposit: str) -> Path:
    return home / "refused" / deposit


def _why(refused: Sequence[RefusedLine]) -> dict[int, str]:
    """By line, what is wrong with it, in French: whoever made the file reads it."""
    found: dict[int, list[str]] = {}
    for one in refused:
        if one.line is not None:
            found.setdefault(one.line, []).append(motive(one, french()))
    return {line: " ; ".join(dict.fromkeys(parts)) for line, parts in found.items()}
