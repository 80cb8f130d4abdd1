"""A consultation, votes and a weighing as a person reads them at the terminal."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from synergie.cli.phrase import describe_phrase
from synergie.cli.print import print_aligned_rows
from synergie.cli.texts import N_, _, format_number, speaks_french
from synergie.errors import BadInput

if TYPE_CHECKING:
    from synergie.lighting.commands._consult_files import Consulted
    from synergie.lighting.records.effects import LightingCriterion
    from synergie.lighting.records.weighing import Evidence, GroupResult, Weighing

MOST = 50
"""Refused rows that are told one by one."""
_MOST_FLIPS = 3
_KINDS = {
    "approval": N_("approvals"),
    "knapsack": N_("choices within a budget"),
    "ranking": N_("rankings"),
    "cumulative": N_("points"),
}


def show_result(found: "Consulted") -> None:
    """What may be shown of answers."""
    made = found.result
    counts = (made.answers, made.blank, made.doubles, made.refused)
    text = _("Answers that count: {}; blank: {}; twice: {}; refused: {}")
    typer.echo(text.format(*map(format_number, counts)))
    names = {one.group: one.name for one in found.consultation.groups}
    asked = [question.criterion for question in found.consultation.questions]
    for group in made.groups:
        who = names.get(group.group or "", _("all others, together"))
        where = f" ({group.insee_code})" if group.insee_code else ""
        typer.echo(f"{who}{where}{_(': ')}{format_number(group.answers)}")
        rows = sorted(zip(group.mean_rank, group.first, asked, strict=True))
        print_aligned_rows(
            (
                f"  {describe_criterion_name(name)}",
                _("mean rank {}").format(format_number(rank, 2)),
                _("first for {} %").format(format_number(100 * first, 1)),
            )
            for rank, first, name in rows
        )
    for note in made.notes:
        typer.echo(_("note: {}").format(describe_phrase(note)))
    if not found.voices:
        typer.echo(_("no group is large enough to be a voice"))
    for evidence in found.evidence:
        show_evidence(evidence)


def show_evidence(evidence: "Evidence") -> None:
    """Votes elsewhere."""
    typer.echo(f"{evidence.source}{_(': ')}{_(_KINDS[evidence.kind])}")
    if evidence.voters is not None:
        typer.echo(_("  voters: {}").format(format_number(evidence.voters)))
    print_aligned_rows(
        (
            f"  {row.category}",
            _("votes or points: {}").format(format_number(row.votes)),
            _("projects: {}").format(format_number(row.projects)),
        )
        for row in evidence.by_category
    )
    for note in evidence.notes:
        typer.echo(_("note: {}").format(describe_phrase(note)))


def show_refused(faults: Sequence[BadInput]) -> None:
    """Rows that were left out, on stderr."""
    for fault in faults[:MOST]:
        typer.echo(fault.tell(_), err=True)
    if len(faults) > MOST:
        more = format_number(len(faults) - MOST)
        typer.echo(_("… and {} more; --json lists them all").format(more), err=True)


def show_weighing(made: "Weighing") -> None:
    """Groups side by side; no single score."""
    weighed = ", ".join(describe_criterion_name(name) for name in made.criteria)
    typer.echo(_("Criteria that are weighed: {}").format(weighed))
    for group in made.groups:
        _show_group(group)
    for pair in made.agreements:
        one, other = pair.groups
        text = _("{} and {}: agreement {} (1 the same order, -1 the opposite)")
        typer.echo(text.format(one, other, format_number(pair.tau, 2)))
    share = format_number(100 * made.robust_share)
    robust = ", ".join(made.robust) or _("none")
    typer.echo(_("First for every group in {} % of its weights or more: {}").format(share, robust))
    for note in (*made.left_out, *made.notes):
        typer.echo(_("note: {}").format(describe_phrase(note)))


def _show_group(group: "GroupResult") -> None:
    first = group.first or _("none")
    typer.echo(_("{}: most often first: {}").format(group.group, first))
    print_aligned_rows(
        (
            f"  {row.scenario}",
            _("first in {} % of the weights").format(format_number(100 * row.ranks[0], 1)),
            f"± {format_number(100 * row.half_width, 1)}",
        )
        for row in group.ranks
    )
    if group.vetoed:
        typer.echo(_("  taken out by a veto: {}").format(", ".join(group.vetoed)))
    for flip in group.flips[:_MOST_FLIPS]:
        text = _("  {} would be first if the weight of {} went from {} to {} %")
        ends = (format_number(100 * one, 1) for one in (flip.from_weight, flip.to_weight))
        typer.echo(text.format(flip.scenario, describe_criterion_name(flip.criterion), *ends))


def describe_criterion_name(name: "LightingCriterion") -> str:
    """What a criterion is called before people, in the reader's language."""
    from synergie.lighting.plan.consultation.labels import read_criterion_labels

    known = read_criterion_labels("fr" if speaks_french() else "en").get(name)
    return known.name if known else name
