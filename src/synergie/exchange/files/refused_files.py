"""The refused rows of deposits, kept a while as files to fetch and send back."""

import shutil
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

from synergie.errors import BadInput, SynergieError, Words
from synergie.exchange.files.file_reader import FileReader, NoClerk
from synergie.exchange.files.file_tasks import RefusedFiles, SendBack, send_back
from synergie.exchange.readings.drops import map_disk_error
from synergie.exchange.readings.sent_back import KINDS
from synergie.formats.french import build_french_translator
from synergie.reports.refused import describe_refusal
from synergie.schemas.readings.file_report import FileReport, RefusedLine
from synergie.schemas.readings.profile import Profile
from synergie.units import STEP_SECONDS, Step

KEPT = timedelta(days=14)
"""How long they stay; dropping the same file again makes them again."""

_CURVE = "meter_curve"
_SOME_ROWS = "some rows of a curve, whose steps are not those of the whole"
_UNTOLD = "the refused rows of a curve, alone"
_BESIDE = "dropped beside the report of the file that they mend"
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
    reader: FileReader,
) -> None:
    """Write the rows of *source* that *report* refused, where it has rows."""
    form, profile = way
    if all(one.line is None for one in report.refused):
        return
    order = SendBack(
        form,
        set_profile_step(profile, report),
        report.refused,
        _describe_refused_reasons(report.refused),
    )
    try:
        found = reader.run(send_back, source, order, NoClerk())
    except SynergieError:
        return
    if found is not None:
        _write_refused_files(_build_refused_folder(home, deposit), found)


def _write_refused_files(folder: Path, found: RefusedFiles) -> None:
    with map_disk_error():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for kind in KINDS:
            if kind in found.files:
                draft = folder / f".{kind}"
                draft.write_bytes(found.files[kind])
                draft.chmod(0o600)
                draft.replace(folder / f"refused.{kind}")
        (folder / _ODD).unlink(missing_ok=True)
        if not found.mends:
            (folder / _ODD).touch(0o600)


def set_profile_step(profile: Profile, mended: FileReport) -> Profile:
    """*profile* with the step of the curve of *mended*, which some of its rows alone do not tell.

    As it is when it tells the step, when it is of no table, and when there are several.
    """
    table, steps = profile.table, _list_curve_steps(mended)
    if table is None or table.step is not None or len(steps) != 1:
        return profile
    (step,) = steps
    if step not in STEP_SECONDS:
        return profile
    return profile.model_copy(update={"table": table.model_copy(update={"step": step})})


def refuse_misread(rows: FileReport, mended: FileReport | None) -> None:
    """BadInput when *rows*, some of a file, are a curve of other steps than the file was.

    Rows that are far apart look like longer steps, which would take the place of what was kept.
    *mended*: the report of the file; None: it is not told.
    """
    if _CURVE not in rows.kinds:
        return
    if mended is None:
        raise BadInput("file", Words(_UNTOLD), _BESIDE)
    if _count_read_records(rows) < _count_read_records(mended) and not _list_curve_steps(
        rows
    ) <= _list_curve_steps(mended):
        raise BadInput("file", Words(_SOME_ROWS), _WHOLE)


def _list_curve_steps(report: FileReport) -> frozenset[Step]:
    """The steps of its curves."""
    if _CURVE not in report.kinds:
        return frozenset()
    return frozenset(run.step for one in report.series for run in one.steps)


def _count_read_records(report: FileReport) -> int:
    return report.records + report.duplicates + report.rejected


def list_refused_files(home: Path, deposit: str) -> tuple[tuple[str, ...], bool]:
    """The kinds of file that are there, and whether they can be dropped again as they are."""
    kinds = tuple(kind for kind in KINDS if build_refused_path(home, deposit, kind).is_file())
    return kinds, not (_build_refused_folder(home, deposit) / _ODD).exists()


def build_refused_path(home: Path, deposit: str, kind: str) -> Path:
    """Where the file of a *kind* is; *deposit* names one that is stored."""
    return _build_refused_folder(home, deposit) / f"refused.{kind}"


def sweep(home: Path, *, before: float) -> None:
    """Remove what was made before this moment, seconds since 1970."""
    folder = home / "refused"
    for one in folder.iterdir() if folder.is_dir() else ():
        with suppress(OSError):
            if one.stat().st_mtime < before:
                shutil.rmtree(one, ignore_errors=True)


def _build_refused_folder(home: Path, deposit: str) -> Path:
    return home / "refused" / deposit


def _describe_refused_reasons(refused: Sequence[RefusedLine]) -> dict[int, str]:
    """By line, what is wrong with it, in French: whoever made the file reads it."""
    found: dict[int, list[str]] = {}
    for one in refused:
        if one.line is not None:
            found.setdefault(one.line, []).append(describe_refusal(one, build_french_translator()))
    return {line: " ; ".join(dict.fromkeys(parts)) for line, parts in found.items()}
