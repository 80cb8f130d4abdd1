"""Each file through our door as whoever has it would go, answering what it asks with the truth."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from synergie.cli._table import find_unconfirmed_proposal
from synergie.errors import SynergieError
from synergie.formats.check import build_file_report
from synergie.formats.door import read
from synergie.formats.tables.propose import table_format
from synergie.schemas.readings.file_report import FileReport
from synergie.schemas.readings.profile import Profile
from tests.tables_corpus.answers import answer
from tests.tables_corpus.compare import Compared, compared
from tests.tables_corpus.truth import Case

if TYPE_CHECKING:
    from synergie.formats.format import Record
    from synergie.formats.tables.propose import Proposal

type Verdict = Literal["right", "refused", "asks", "lost", "untold", "weak", "silent", "crash"]
"""`right` after its questions; `refused` in words; `asks` what has no answer; `lost`: a figure
neither kept nor asked about; `untold`: right, without the word that a rule wants; `weak`: said
where it had to stop; `silent`: a wrong figure that nobody was told of."""

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
"""When every file is read."""
MOST = 12
"""Questions of one file before it is given up."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of one file."""

    case: Case
    verdict: Verdict
    asked: tuple[str, ...] = ()
    why: str = ""

    @property
    def good(self) -> bool:
        """Whether it is right: read as it is, or stopped where nobody can know."""
        return self.verdict == "right"


def judged(case: Case, folder: Path) -> Judged:
    """*case*, written into *folder* and read from there."""
    path = folder / case.file
    path.write_bytes(case.data)
    asked: list[str] = []
    try:
        return _judged(case, path, asked)
    except Exception as error:  # noqa: BLE001 (a crash is what is looked for)
        return Judged(case, "crash", tuple(asked), f"{type(error).__name__}: {error}"[:200])


def _judged(case: Case, path: Path, asked: list[str]) -> Judged:
    try:
        proposal = find_unconfirmed_proposal(path, None, [])
        while proposal is not None and proposal.questions:
            answered = _answered(case, proposal, asked)
            if answered is None or len(asked) >= MOST:
                return _stopped(case, asked, "asks", asked[-1])
            proposal = answered
        records, report = _read(path, proposal)
    except SynergieError as error:
        return _stopped(case, asked, "refused", str(error)[:200])
    return _weighed(case, asked, compared(case.truth, records), report)


def _answered(case: Case, proposal: "Proposal", asked: list[str]) -> "Proposal | None":
    """The proposal with its first question answered; None: only the file's maker knows."""
    question = proposal.questions[0]
    asked.append(question.field)
    told = answer(case, question.field, question.choices)
    return None if told is None else proposal.answered(question.field, told)


def _read(path: Path, proposal: "Proposal | None") -> tuple["list[Record]", FileReport]:
    """What would be stored, as `deposit` takes it, and the report of `check`."""
    records: list[Record] = []
    form = None if proposal is None else table_format(path)
    profile = None if proposal is None else proposal.profile
    with read(path, format=form, profile=profile, name=path.name) as result:
        report = build_file_report(result, profile or Profile(), take=records.append, now=NOW)
    return records, report


def _stopped(case: Case, asked: list[str], verdict: Verdict, why: str) -> Judged:
    return Judged(case, "right" if case.stops else verdict, tuple(asked), why)


def _weighed(case: Case, asked: list[str], found: Compared, report: FileReport) -> Judged:
    """The verdict on what was read."""
    blocks = [one.text for one in report.findings if str(one.severity) == "block"]
    if blocks:
        return _stopped(case, asked, "refused", blocks[0])
    verdict, why = _open(case, found, report) if case.stops else _known(case, found, report)
    return Judged(case, verdict, tuple(asked), why)


def _open(case: Case, found: Compared, report: FileReport) -> tuple[Verdict, str]:
    """Of a file that leaves open what it means, and was read all the same."""
    if not found.kept:
        return "right", "no figure was kept"
    if not (found.empty or found.wrong or found.missing):
        return "right", "the file was understood"
    if case.rule is not None and (report.rejected or _warned(report)):
        return "weak", found.wrong[0] if found.wrong else ""
    return "silent", found.wrong[0] if found.wrong else "read, where nobody can know"


def _known(case: Case, found: Compared, report: FileReport) -> tuple[Verdict, str]:
    """Of a file whose figures are known."""
    if found.wrong:
        return "silent", found.wrong[0]
    if found.missing:
        unread = [one.name for one in case.sheets[1:]]
        if report.rejected:
            return "refused", found.missing
        if any(name in told for name in unread for told in report.warnings):
            return "weak", found.missing
        return "lost", found.missing
    said = bool(report.findings) or bool(report.rejected) or bool(report.duplicates)
    if case.told == "suspect" and not (_warned(report) or found.marked):
        return "untold", ""
    return ("untold" if case.told in {"note", "block"} and not said else "right"), ""


def _warned(report: FileReport) -> bool:
    return any(one.severity != "information" for one in report.findings)
