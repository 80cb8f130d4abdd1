"""A joint lighting study as a person reads it: where it stands, a part, a weighing, a result."""

from typing import TYPE_CHECKING

import typer

from synergie.cli.phrase import format_euros
from synergie.cli.print import print_aligned_rows
from synergie.cli.shared_plan import STANDINGS, describe_exclusion_reason
from synergie.cli.texts import N_, _

if TYPE_CHECKING:
    from synergie.lighting.records.exchange import JointStudy, JointStudyInputs
    from synergie.lighting.records.kept import KeptComparison
    from synergie.lighting.records.options import StudyOptions
    from synergie.lighting.records.part import PartScenario, StudyPart
    from synergie.lighting.records.voice import KeptWeighing, PublishedConsultation
    from synergie.lighting.records.weighing import GroupResult

STATES = {
    "open": N_("in preparation"),
    "proposed": N_("voices are taken"),
    "collected": N_("voices are collected"),
    "adopted": N_("a scenario is retained"),
    "closed": N_("closed"),
}
VOICE_OR_WITHDRAW = N_("a file of voices, or --withdraw")
_REASONS = {
    "no_agreement": N_("no agreement opens its assets for lighting planning"),
    "signature": N_("its agreement is no longer what was signed"),
    "not_started": N_("its agreement has not begun"),
    "suspended": N_("its agreement is suspended"),
    "ended": N_("its agreement has ended"),
    "dataset": N_("its agreement does not open that kind of data"),
    "unknown_client": N_("its agreement does not name this program"),
    "granularity_too_fine": N_("its agreement opens sums alone"),
    "token_narrower": N_("this program asked for less"),
}
_ANSWERS = {"accept": N_("accepts {}"), "decline": N_("declines {}")}
_PERCENT = 100


def study(found: "JointStudy") -> None:
    """Where it stands, and where each body does."""
    typer.echo(f"{found.id}  {found.record.name}")
    typer.echo(_("state: {}").format(_(STATES[found.state])))
    if found.scenario is not None:
        typer.echo(_("retained: {} ({})").format(found.scenario, found.comparison))
    if found.proposed is not None:
        typer.echo(_("comparison proposed: {}").format(found.proposed))
    typer.echo(_("bodies: {}").format(found.n_bodies))
    print_aligned_rows(
        (
            f"  {one.body}",
            _(STANDINGS[one.standing]),
            describe_exclusion_reason(one.reason, _REASONS),
        )
        for one in found.bodies
    )


def inputs(found: "JointStudyInputs") -> None:
    """Whose assets are open, and whose are not."""
    for one in found.opened:
        text = _("{}: cabinets: {}; light points: {}")
        typer.echo(text.format(one.body, one.cabinets, one.light_points))
    for missing in found.missing:
        text = _("missing: {}: {}")
        typer.echo(text.format(missing.body, describe_exclusion_reason(missing.reason, _REASONS)))


def options(made: "StudyOptions") -> None:
    """A version of the options, with its entries when it says them."""
    typer.echo(_("{}: version {}").format(made.id, made.version))
    if made.record is not None:
        print_aligned_rows((f"  {one.id}", one.name) for one in made.record.retrofits)
        print_aligned_rows((f"  {one.id}", one.name) for one in made.record.schedules)


def print_comparison(made: "KeptComparison") -> None:
    """A comparison that was kept, and whose assets it could not be of."""
    typer.echo(_("{}: kept; digest {}").format(made.id, made.comparison_sha256))
    for one in made.missing:
        text = _("missing: {}: {}")
        typer.echo(text.format(one.body, describe_exclusion_reason(one.reason, _REASONS)))


def part(found: "StudyPart") -> None:
    """What each scenario does to one body, and what it said and answered."""
    typer.echo(f"{found.body}  {found.view.name}")
    for one in found.view.scenarios:
        typer.echo(_describe_part_scenario(one))
    if found.view.shared:
        text = _("lit by others, too, so not told: {}")
        typer.echo(text.format(", ".join(found.view.shared)))
    typer.echo(_("your voice: {}").format(describe_voice_state(found)))
    typer.echo(_("your answer: {}").format(describe_answer_state(found)))


def describe_voice_state(found: "StudyPart") -> str:
    """Whether it said its weights, in a word."""
    return _("given") if found.spoke else _("not given")


def describe_answer_state(found: "StudyPart") -> str:
    """The answer in a word."""
    if found.answer is None:
        return _("none yet")
    return _(_ANSWERS[found.answer.answer]).format(found.answer.scenario)


def print_weighing(done: "KeptWeighing") -> None:
    """What is first for each group, and what is first often enough for all."""
    names = {one.group: one.name for one in done.groups}
    for one in done.weighing.groups:
        typer.echo(_describe_first_scenario(one, names.get(one.group, one.group)))
    robust = ", ".join(done.weighing.robust) or _("none")
    share = round(_PERCENT * done.weighing.robust_share)
    typer.echo(_("first for every group in at least {} % of the samples: {}").format(share, robust))


def consultation(made: "PublishedConsultation") -> None:
    """A result, with its groups when it says them."""
    typer.echo(f"{made.id}  {made.body}")
    if made.record is None:
        return
    typer.echo(_("  answers: {}").format(made.record.result.answers))
    print_aligned_rows(
        (f"  {one.group or _('all others together')}", one.insee_code or "", str(one.answers))
        for one in made.record.result.groups
    )


def _describe_part_scenario(one: "PartScenario") -> str:
    unknown = _("not known")
    works = unknown if one.investment_eur is None else f"{format_euros(one.investment_eur)} €"
    bill = unknown if one.bill_eur is None else f"{format_euros(one.bill_eur)} €"
    text = _("  {} {}: works {}, bill of a year {}").format(one.scenario, one.name, works, bill)
    return text + (_("; excluded") if one.excluded else "")


def _describe_first_scenario(one: "GroupResult", name: str) -> str:
    shares = {row.scenario: row.ranks[0] for row in one.ranks if row.ranks}
    if one.first is None:
        return _("{}: every scenario is vetoed").format(name)
    share = round(_PERCENT * shares.get(one.first, 0.0))
    text = _("{}: {} is first in {} % of the samples").format(name, one.first, share)
    return text + (_("; vetoed: {}").format(", ".join(one.vetoed)) if one.vetoed else "")
