"""The input of a group purchase: a problem as JSON, or a perimeter with its offers, at a moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from synergie.cli.extras import needs
from synergie.cli.files import load_record, read_json_content
from synergie.cli.misuse import Misuse
from synergie.cli.moment import parse_option_instant
from synergie.cli.phrase import describe_phrase, format_euros
from synergie.cli.texts import _
from synergie.errors import BadInput, BadInputs, Infeasible, SynergieError, Words

if TYPE_CHECKING:
    from synergie.plan.certificate import Certificate
    from synergie.plan.sharing.certificate import NucleolusProof
    from synergie.purchase.records.fault import SourceRow
    from synergie.purchase.records.plan import PurchasePlan
    from synergie.purchase.records.purchase import PurchaseProblem
    from synergie.purchase.records.rule import PurchaseRule
    from synergie.purchase.records.study import PurchaseStudy
    from synergie.reports.plans import SourceFile
    from synergie.schemas.assets.perimeter import PerimeterRow
    from synergie.schemas.sharing import SharingStudy

MOST_SHARED = 13
"""Most members among whom a study shares the cost: each coalition is priced."""
_TABLES = {".csv", ".xlsx", ".ods", ".txt"}


@dataclass(frozen=True, slots=True)
class PurchaseRequest:
    """What the files of one command tell."""

    problem: "PurchaseProblem"
    perimeter: Sequence["PerimeterRow"] = ()
    files: Sequence[tuple[Path, str]] = ()
    """Each file that was read, and what it holds, in the language that reports are told in."""

    def sources(self) -> tuple["SourceFile", ...]:
        """The files, with their digests, for the report."""
        from synergie.reports.plans import SourceFile

        return tuple(
            SourceFile(
                name=path.name,
                what=what,
                sha256=sha256(path.read_bytes()).hexdigest(),
                modified=datetime.fromtimestamp(path.stat().st_mtime, UTC),
            )
            for path, what in self.files
        )


@dataclass(frozen=True, slots=True)
class PurchaseResult:
    """What came of it."""

    given: PurchaseRequest
    plan: "PurchasePlan"
    study: "PurchaseStudy | None" = None
    """What would become of the plan. None: not asked."""
    sharing: "SharingStudy | None" = None
    """Other ways to share. None: not asked, or too many members."""
    nucleolus: "NucleolusProof | None" = None
    """The proof of the nucleolus among them. None: it is not there."""
    certificate: "Certificate | None" = None
    """The proof of its bound. None: not asked."""

    @property
    def certified(self) -> bool:
        """Whether a certificate proves that no plan costs less."""
        return self.certificate is not None and self.certificate.proves(self.plan)

    def document(self) -> "PurchasePlan | dict[str, Any]":
        """The plan for programs; with a study, one object of `plan`, `study` and `sharing`."""
        if self.study is None:
            return self.plan
        parts = {"plan": self.plan, "study": self.study, "sharing": self.sharing}
        return {name: part and part.model_dump(mode="json") for name, part in parts.items()}


def compute_purchase(
    read: PurchaseRequest, *, study: bool, certify: bool, limit_s: float
) -> PurchaseResult:
    """The plan of what was read, and its study and certificate when they are asked.

    MissingExtra("plan").
    """
    with needs("plan"):
        from synergie.purchase.plan.award import solve
    try:
        plan = solve(read.problem, limit_s=limit_s)
    except Infeasible:
        _ways_out(read.problem, limit_s)
        raise
    certificate = _certify(read.problem, plan, limit_s) if certify else None
    if not study:
        return PurchaseResult(read, plan, certificate=certificate)
    with needs("plan"):
        from synergie.purchase.plan import sharing, what_if
    looked = what_if.study(read.problem, plan, limit_s=limit_s)
    shared, proof = None, None
    if len(plan.members) <= MOST_SHARED:
        shared, proof = sharing.share_purchase_with_proof(read.problem, limit_s=limit_s)
    return PurchaseResult(read, plan, looked, shared, proof, certificate)


def _certify(
    problem: "PurchaseProblem", plan: "PurchasePlan", limit_s: float
) -> "Certificate | None":
    """The certificate of *plan*; None for a purchase without anything to buy."""
    from synergie.plan.certificate import certify_plan
    from synergie.purchase.plan.award.certificate import KIND

    return certify_plan(KIND, problem, plan, limit_s=limit_s) if problem.points else None


@dataclass(frozen=True, slots=True)
class Files:
    """What the command line names."""

    file: Path
    """A problem as JSON, or a perimeter."""
    offers: Sequence[Path] = ()
    """Price schedules, with a perimeter only."""
    group: Path | None = None
    """Members with mandates, lots, limits, fees; with a perimeter only."""
    rules: Path | None = None
    """Rules of one's own, after those of the problem."""
    scoring: Path | None = None
    """The published criteria with the notes of the jury; in the place of those of the problem."""


def _ways_out(problem: "PurchaseProblem", limit_s: float) -> None:
    """What would make it possible, cheapest first, on the error output."""
    from synergie.purchase.plan.what_if import ways_out

    try:
        found = ways_out(problem, limit_s=limit_s)
    except SynergieError:
        return  # why it is impossible is told all the same
    for way in found.ways:
        said = "; ".join(describe_phrase(phrase) for phrase in way.said)
        typer.echo(
            _("possible if: {}; it would cost {} €").format(said, format_euros(way.cost_eur)),
            err=True,
        )
        for phrase in way.dearer:
            typer.echo(f"  {describe_phrase(phrase)}", err=True)


def read_purchase_request(files: Files | Path, *, at: str | None, now: datetime) -> PurchaseRequest:
    """The purchase of *files*, to be decided at *at*; by default *now*, when an offer expires.

    BadInputs with every fault, its row, and who can mend it; before any solver.
    """
    if isinstance(files, Path):
        files = Files(files)
    if is_json(files.file):
        if files.offers or files.group:
            raise Misuse(_("{}: a problem has its offers; --offers and --group go with a perimeter")
                         .format(files.file))  # fmt: skip
        return _read_problem_file(files, at, now)
    if not files.offers:
        raise Misuse(_("{}: a perimeter; name the offers with --offers").format(files.file))
    return _read_perimeter_files(files, at, now)


def is_json(path: Path) -> bool:
    """Whether a file is taken as JSON: a perimeter is a workbook, or named as a table."""
    with path.open("rb") as source:
        packed = source.read(4) == b"PK\x03\x04"
    return not packed and path.suffix.lower() not in _TABLES


def _read_problem_file(files: Files, at: str | None, now: datetime) -> PurchaseRequest:
    from synergie.purchase.plan.award.check import parse_problem
    from synergie.reports.language import choose_text

    problem = parse_problem(read_json_content(files.file), files.file.name)
    problem, _rows = add_rules(decided_at(problem, at, now), files.rules)
    problem = add_criteria(problem, files.scoring)
    read = [(files.file, choose_text("problème d'achat", "purchase problem"))]
    return PurchaseRequest(problem, files=(*read, *_list_rule_files(files)))


def add_criteria(problem: "PurchaseProblem", file: Path | None) -> "PurchaseProblem":
    """*problem* awarded by the criteria of *file*, else by its own; without any, as it is."""
    from synergie.purchase.plan.offers.criteria import apply_criteria
    from synergie.purchase.records.criteria import Scoring

    if file is not None:
        problem = problem.model_copy(update={"scoring": load_record(file, Scoring)})
    return apply_criteria(problem)


def add_rules(
    problem: "PurchaseProblem", file: Path | None
) -> tuple["PurchaseProblem", dict[str, "SourceRow"]]:
    """*problem* with the rules of *file* after its own, and the row of each.

    BadInputs with every fault of the rules: values, names that are not there.
    """
    from synergie.purchase.commands._offers import print_file_report, tell_faults
    from synergie.purchase.plan.award.check import faults
    from synergie.purchase.plan.offers.rules import parse_rules, read_rule_file

    rows: dict[str, SourceRow] = {}
    if file is not None and is_json(file):
        problem = _join_rules(problem, parse_rules(read_json_content(file), file.name).rules)
    elif file is not None:
        with file.open("rb") as source:
            found = read_rule_file(source, file.name)
        if found.report is not None:
            print_file_report(file.name, found.report)
            if found.report.refusals:
                typer.echo(_("nothing was planned: complete the files, then try again"), err=True)
                raise typer.Exit(1)
        rows = found.placed(len(problem.rules))
        problem = _join_rules(problem, found.rules)
    own = [one for one in faults(problem, rows) if one.where.startswith("/rules")]
    blocking = tuple(one for one in own if one.severity == "blocking")
    if blocking:
        raise BadInputs(blocking)
    tell_faults(own)
    return problem, rows


def _join_rules(problem: "PurchaseProblem", rules: tuple["PurchaseRule", ...]) -> "PurchaseProblem":
    return problem.model_copy(update={"rules": (*problem.rules, *rules)})


def _list_rule_files(files: Files) -> list[tuple[Path, str]]:
    from synergie.reports.language import choose_text

    named = (
        (files.rules, choose_text("règles", "rules")),
        (files.scoring, choose_text("critères publiés", "published criteria")),
    )
    return [(path, what) for path, what in named if path is not None]


def _read_perimeter_files(files: Files, at: str | None, now: datetime) -> PurchaseRequest:
    """The purchase that a perimeter, price schedules and a group make."""
    from synergie.purchase.commands._offers import assemble_purchase, tell_faults
    from synergie.purchase.plan.award.check import faults, require
    from synergie.purchase.plan.offers.files import read_perimeter
    from synergie.reports.language import choose_text

    made = assemble_purchase(files.file, files.offers, files.group, None)
    problem, rows = add_rules(decided_at(made.problem, at, now), files.rules)
    problem = add_criteria(problem, files.scoring)
    rows |= made.assembled.rows
    if not (problem.points or made.assembled.missing or made.refused):
        found = Words("a perimeter without delivery points")
        raise BadInput(files.file.name, found, "at least one delivery point")
    blocking = tuple(one for one in made.assembled.file_faults if one.severity == "blocking")
    for fault in blocking:
        typer.echo(fault.tell(_), err=True)
    if made.print_missing() or blocking:
        typer.echo(_("nothing was planned: complete the files, then try again"), err=True)
        raise typer.Exit(1)
    require(problem, rows)
    tell_faults(one for one in faults(problem, rows) if not one.where.startswith("/rules"))
    with files.file.open("rb") as source:
        perimeter, _report = read_perimeter(source, files.file.name)
    offers = choose_text("offres", "offers")
    read = [
        (files.file, choose_text("périmètre", "perimeter")),
        *((path, offers) for path in files.offers),
    ]
    if files.group is not None:
        read.append((files.group, choose_text("groupement", "group")))
    return PurchaseRequest(problem, perimeter.rows, (*read, *_list_rule_files(files)))


def decided_at(problem: "PurchaseProblem", at: str | None, now: datetime) -> "PurchaseProblem":
    """The problem with its moment of award: *at*, else its own, else *now* if validity is told."""
    if at is not None:
        moment = parse_option_instant("--at", at)
    elif problem.award_at is not None or not _has_validity_dates(problem):
        return problem
    else:
        moment = now.replace(microsecond=0)
    return problem.model_copy(update={"award_at": moment})


def _has_validity_dates(problem: "PurchaseProblem") -> bool:
    return any(offer.valid_from or offer.valid_until for offer in problem.offers)
