"""`synergie plan verify`: a plan that somebody else computed, with its certificate."""

from pathlib import Path
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Annotated, Any

import typer

from synergie.applications import load_declared
from synergie.cli.extras import needs
from synergie.cli.files import load_record, parse
from synergie.cli.misuse import Misuse
from synergie.cli.phrase import format_euros
from synergie.cli.print import as_json as print_json
from synergie.cli.texts import N_, _, format_number, format_sentence_amount
from synergie.errors import BadInput, Reason

if TYPE_CHECKING:
    from pydantic import BaseModel

    from synergie.plan.certificate import PlanKind, Verdict
    from synergie.plan.sharing.game import Game
    from synergie.schemas.plan import Plan

HELP = N_(
    "Whether a plan that somebody else computed holds, and whether its certificate proves that "
    "none costs less."
)
EPILOG = """
    synergie plan verify achat
    synergie plan verify probleme.json plan.json preuve.vipr
    synergie plan verify annee
    """
_NAMES = ("probleme.json", "plan.json", "preuve.vipr")
_SHARED = ("partage.json", "nucleole.json")
_SHARING_REASONS = {
    "problem": N_("the shares are of another problem than the file given with them"),
    "other": N_("the proof is of another game: its coalitions cost something else here"),
    "proof": N_("the proof of the nucleolus does not hold: ask for it again, unchanged"),
    "amount": N_("the shares told are not those that are proved, to the cent"),
}
_LEAST = 2


def verify(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILES",
            help=N_("The folder of a plan; or its problem, the plan, and its certificate."),
        ),
    ],
    *,
    as_json: Annotated[
        bool, typer.Option("--json", help=N_("What was found, as one JSON document."))
    ] = False,
) -> None:
    """Exit 1 when the plan or its certificate does not hold."""
    shared = _list_shared_files(files)
    if shared is not None and not (len(files) == 1 and (files[0] / _NAMES[1]).exists()):
        reason, said = _verify_sharing(*shared)
        if as_json:
            print_json({"holds": reason is None, "reason": reason, "checker": said})
        else:
            _print_sharing(reason, said)
    else:
        reason = _verify_plan(files, shared, as_json=as_json)
    if reason is not None:
        raise typer.Exit(1)


def _verify_plan(
    files: list[Path], shared: tuple[Path, Path, Path] | None, *, as_json: bool
) -> str | None:
    """Say what was found of a plan, and of its shares when they are there; None: all holds."""
    problem_file, plan_file, certificate = _list_files(files)
    with needs("plan"):
        from synergie.plan.certificate import verify_plan
    kind = _find_kind(problem_file)
    if certificate is not None and kind.build is None:
        raise BadInput(
            certificate.name, problem_file.name, _("no certificate: plans of this kind have none")
        )
    problem = load_record(problem_file, kind.problem)
    plan = load_record(plan_file, kind.plan)
    verdict = verify_plan(kind, problem, plan, certificate)
    reason, said = (None, "") if shared is None else _verify_sharing(*shared)
    if as_json:
        found = _build_document(plan, verdict)
        if shared is not None:
            found |= {"holds": verdict.holds and reason is None, "nucleolus": reason or "proved"}
        print_json(found)
    else:
        _print_verdict(plan, verdict, certificate)
        if shared is not None:
            _print_sharing(reason, said)
    return reason if verdict.holds else "plan"


def _list_files(files: list[Path]) -> tuple[Path, Path, Path | None]:
    """The problem, the plan, and the certificate if there is one."""
    if len(files) == 1 and files[0].is_dir():
        named = [files[0] / name for name in _NAMES]
        return named[0], named[1], named[2] if named[2].exists() else None
    if len(files) not in (_LEAST, _LEAST + 1):
        raise Misuse(_("name the folder of a plan, or its problem and the plan, then its "
                       "certificate"))  # fmt: skip
    return files[0], files[1], files[2] if len(files) > _LEAST else None


def _list_shared_files(files: list[Path]) -> tuple[Path, Path, Path] | None:
    """What is shared, the shares and their proof. None: the files hold no shares."""
    if len(files) == 1 and files[0].is_dir():
        named = [files[0] / name for name in (_NAMES[0], *_SHARED)]
        return None if not named[2].exists() else (named[0], named[1], named[2])
    if len(files) == _LEAST + 1 and "sharings" in parse(files[1]):
        return files[0], files[1], files[2]
    return None


def _verify_sharing(problem_file: Path, study_file: Path, proof: Path) -> tuple[str | None, str]:
    """Which of `_SHARING_REASONS` keeps a nucleolus from being proved, and the checker's word."""
    with needs("plan"):
        from synergie.plan.sharing.certificate import verify_nucleolus
        from synergie.schemas.plan_bytes import digest
        from synergie.schemas.sharing import SharingStudy
    problem, game = _build_game(problem_file)
    study = load_record(study_file, SharingStudy)
    if study.inputs_digest != digest(problem):
        return "problem", ""
    return verify_nucleolus(game, study, proof)


def _print_sharing(reason: str | None, said: str) -> None:
    if reason is None:
        typer.echo(
            _("Nucleolus proved: least satisfied coalitions as satisfied as can be, then the next; "
              "costs of coalitions computed again, proof replayed apart, exactly")
        )  # fmt: skip
        return
    typer.echo(_(_SHARING_REASONS[reason]), err=True)
    if said:
        typer.echo(_("what the checker says: {}").format(said), err=True)


def _build_game(path: Path) -> "tuple[BaseModel, Game]":
    """What is shared, and what each coalition pays by itself."""
    from synergie.plan.sharing.study import read_cost_game
    from synergie.schemas.sharing import CostGame

    if "costs" in parse(path):
        given = load_record(path, CostGame)
        return given, read_cost_game(given)
    kind = _find_kind(path)
    if kind.game is None:
        raise BadInput(path.name, kind.key, _("a purchase, or a game of costs"))
    problem: BaseModel = load_record(path, kind.problem)
    return problem, resolve_name(kind.game)(problem).game


def _find_kind(path: Path) -> "PlanKind[Any, Any]":
    """The kind of plan that the problem in *path* asks for."""
    kinds: tuple[PlanKind[Any, Any], ...] = load_declared("kinds")
    content = parse(path)
    for kind in kinds:
        if kind.key in content:
            return kind
    keys = ", ".join(kind.key for kind in kinds)
    raise BadInput(
        path.name, ", ".join(sorted(content)[:5]), _("a problem with one of: {}").format(keys)
    )


def _build_document(plan: "Plan", verdict: "Verdict") -> dict[str, Any]:
    return {
        "holds": verdict.holds,
        "faults": list(verdict.faults),
        "reason": verdict.reason,
        "objective_eur": str(plan.objective_eur),
        "bound_eur": None if verdict.bound_eur is None else str(verdict.bound_eur),
        "proved": verdict.bound_eur == plan.objective_eur,
        "checker": verdict.proof,
    }


def _print_faults(verdict: "Verdict") -> None:
    from synergie.plan.certificate import REASONS

    if verdict.reason is not None:
        typer.echo(_(REASONS[verdict.reason]), err=True)
    if verdict.proof:
        typer.echo(_("what the checker says: {}").format(verdict.proof), err=True)
    if verdict.faults:
        typer.echo(_("The plan does not hold. To whoever made it, as it was found:"), err=True)
    for fault in verdict.faults:
        said = fault.tell(_, format_sentence_amount) if isinstance(fault, Reason) else fault
        typer.echo(f"  {said}", err=True)


def _print_verdict(plan: "Plan", verdict: "Verdict", certificate: Path | None) -> None:
    if not verdict.holds:
        _print_faults(verdict)
        return
    cost = format_euros(plan.objective_eur)
    typer.echo(
        _("The plan holds: every requirement is kept, every amount adds up; {} €").format(cost)
    )
    if certificate is None or verdict.bound_eur is None:
        typer.echo(_("No certificate: whether another plan costs less is the word of the solver"))
        return
    typer.echo(_("The certificate holds: model of this problem, proof replayed apart, exactly"))
    if verdict.bound_eur == plan.objective_eur:
        typer.echo(_("Proved: no other plan costs less than {} €").format(cost))
        return
    gap = (plan.objective_eur - verdict.bound_eur) / abs(plan.objective_eur)
    typer.echo(
        _("Bound: no plan costs less than {} €; this one is at most {} % above").format(
            format_euros(verdict.bound_eur), format_number(100 * float(gap), 2)
        )
    )
