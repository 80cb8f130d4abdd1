"""A maintenance campaign on a server as a person reads it: where it stands, a plan, a part."""

from typing import TYPE_CHECKING

import typer

from synergie.cli.phrase import civil_day, format_euros
from synergie.cli.print import as_json as print_json
from synergie.cli.print import print_aligned_rows
from synergie.cli.shared_plan import (
    STANDINGS,
    describe_exclusion_reason,
    describe_part_answer,
    print_member_cost,
)
from synergie.cli.texts import N_, _, format_moment

if TYPE_CHECKING:
    from synergie.maintenance.records.campaign import Campaign
    from synergie.maintenance.records.campaign_rounds import CampaignRounds, CampaignRoundsPart
    from synergie.maintenance.records.progress import BodyProgress, CampaignProgress
    from synergie.maintenance.records.run import CampaignInputs, CampaignPart, CampaignRun
    from synergie.maintenance.records.view import PartMove

STATES = {
    "open": N_("in preparation"),
    "proposed": N_("plan proposed"),
    "adopted": N_("plan in force"),
    "revision": N_("plan in force, another one proposed"),
    "closed": N_("closed"),
}
_REASONS = {
    "no_agreement": N_("no agreement opens its assets for joint maintenance"),
    "signature": N_("its agreement is no longer what was signed"),
    "not_started": N_("its agreement has not begun"),
    "suspended": N_("its agreement is suspended"),
    "ended": N_("its agreement has ended"),
    "dataset": N_("its agreement does not open that kind of data"),
    "unknown_client": N_("its agreement does not name this program"),
    "granularity_too_fine": N_("its agreement opens sums alone"),
    "token_narrower": N_("this program asked for less"),
}
_TASKS = {
    "repair": N_("repair"),
    "inspection": N_("inspection"),
    "group_relamping": N_("group relamping"),
    "cleaning": N_("cleaning"),
    "led_conversion": N_("LED conversion"),
    "cabinet_visit": N_("cabinet visit"),
    "other": N_("other work"),
}


def print_campaign(found: "Campaign", *, as_json: bool) -> None:
    """The campaign, for people or as JSON."""
    if as_json:
        print_json(found)
        return
    typer.echo(f"{found.id}  {found.record.name}")
    typer.echo(_("state: {}").format(_(STATES[found.state])))
    if found.plan is not None:
        typer.echo(_("plan in force: {}").format(found.plan))
    if found.proposed is not None:
        typer.echo(_("plan proposed: {}").format(found.proposed))
    typer.echo(_("bodies: {}").format(found.n_bodies))
    print_aligned_rows(
        (f"  {one.body}", _(STANDINGS[one.standing]), _describe_reason(one.reason))
        for one in found.bodies
    )


def inputs(found: "CampaignInputs") -> None:
    """Whose assets are open, and whose are not."""
    for one in found.opened:
        text = _("{}: cabinets: {}; light points: {}")
        typer.echo(text.format(one.body, one.cabinets, one.light_points))
        if not one.work_orders:
            typer.echo(_("  its work orders are not open: progress cannot be told"))
    _print_missing_bodies(found)


def print_saved_plan(run: "CampaignRun") -> None:
    """A plan that was kept, what it costs, and who is missing in it."""
    typer.echo(_("{}: kept; computed by {}").format(run.id, run.solver))
    if run.plan is not None:
        text = _("costs {} €; visits: {}; crew-days: {}")
        cost = format_euros(run.plan.objective_eur)
        typer.echo(text.format(cost, len(run.plan.visits), run.plan.crew_days))
    _print_missing_bodies(run)


def part(found: "CampaignPart") -> None:
    """What is done for one body, what it pays and gains, what moves, and its answer."""
    view = found.view
    print_member_cost(found.body, view)
    if view.costs == "at_most":
        typer.echo(_("at most: crew-days that you share are rounded up"))
    text = _("week 1 begins on {}")
    typer.echo(text.format(civil_day(view.starts_on)))
    for visit in view.visits:
        told = _("  week {}: {}, {}").format(visit.week, visit.cabinet, _(_TASKS[visit.task]))
        late = _("; weeks late: {}").format(visit.late_weeks) if visit.late_weeks else ""
        typer.echo(told + late)
    for move in view.moves:
        typer.echo(_describe_part_move(move))
    typer.echo(_("your answer: {}").format(describe_part_answer(found)))


def progress(found: "CampaignProgress") -> None:
    """How far each body is."""
    if found.plan is None:
        typer.echo(_("No plan is in force."))
        return
    typer.echo(_("{}: interventions up to {}").format(found.plan, civil_day(found.as_of)))
    for one in found.bodies:
        typer.echo(_describe_body_progress(one))
        for visit in one.visits:
            if visit.is_late and visit.done_on is None:
                text = _("  late: {}, {}, week {}")
                typer.echo(text.format(visit.cabinet, _(_TASKS[visit.task]), visit.week))


def rounds(made: "CampaignRounds") -> None:
    """Which days rounds are for."""
    text = _("{}: from {} to {}")
    typer.echo(text.format(made.id, civil_day(made.first_day), civil_day(made.last_day)))


def rounds_part(found: "CampaignRoundsPart") -> None:
    """When who comes to the body's own assets, and what is left for later."""
    for stop in found.stops:
        task = _(_TASKS[stop.task])
        if stop.starts_at is None:
            typer.echo(_("  left for later: {}, {}").format(stop.asset, task))
        else:
            text = _("  {}: {}, {}; crew {} ({})")
            when = format_moment(stop.starts_at)
            typer.echo(text.format(when, stop.asset, task, stop.crew, stop.organisation))


def _describe_body_progress(one: "BodyProgress") -> str:
    if one.reason is not None:
        text = _("{}: planned: {}; {}")
        return text.format(one.body, one.planned, _describe_reason(one.reason))
    text = _("{}: planned: {}; done: {}, of them late: {}; late and not done: {}")
    return text.format(one.body, one.planned, one.done, one.done_late, one.late)


def _describe_part_move(move: "PartMove") -> str:
    if move.from_week is None:
        return _("  new: {}, week {}").format(move.cabinet, move.to_week)
    if move.to_week is None:
        return _("  left out: {}, which was in week {}").format(move.cabinet, move.from_week)
    text = _("  moved: {}, from week {} to week {}")
    return text.format(move.cabinet, move.from_week, move.to_week)


def _print_missing_bodies(found: "CampaignInputs | CampaignRun") -> None:
    for one in found.missing:
        typer.echo(_("missing: {}: {}").format(one.body, _describe_reason(one.reason)))


def _describe_reason(code: str | None) -> str:
    return describe_exclusion_reason(code, _REASONS)
