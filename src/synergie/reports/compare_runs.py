"""Two plans of one matter side by side: what changed in what goes in, and in what comes out.

Every change is told by a sign and a word. A reader is told of both what it may read of each.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from synergie.maintenance.records.maintenance import MaintenancePlan
from synergie.maintenance.records.run import CampaignPart, CampaignRun
from synergie.maintenance.records.view import CampaignView
from synergie.maintenance.reports.words import describe_task
from synergie.purchase.records.member_view import MemberView
from synergie.purchase.records.plan import Award, PurchasePlan
from synergie.purchase.records.run import PurchasePart, PurchaseRun
from synergie.reports.compare_rows import (
    BECAUSE,
    MOST_ROWS,
    SHORT,
    Row,
    build_body_rows,
    build_run_notes,
    build_text_row,
    build_visit_moves,
    count_decisions,
    describe_amount_change,
    describe_entered,
    describe_left_out,
    describe_unchanged,
    describe_volume_change,
    inputs_table,
    list_side_heads,
    missing_rows,
    money_row,
    number_row,
    park,
    run_rows,
)
from synergie.reports.document import Block, Items, Section, Table
from synergie.reports.language import Pair, choose_text
from synergie.reports.plans import Catalogue, describe_phrases
from synergie.reports.written import format_euros, format_percent, format_quantity, short_date
from synergie.schemas.plan import MemberOutcome, Plan, Status

_STATUS: dict[Status, Pair] = {
    "proved": ("borne atteinte", "bound reached"),
    "feasible": ("borne non atteinte", "bound not reached"),
    "cancelled": ("arrêté avant la fin", "stopped before the end"),
}
_INPUTS: Pair = ("Ce qui a changé dans les données", "What changed in the data")
_RESULTS: Pair = ("Ce qui a changé dans le plan", "What changed in the plan")
_OWN_RESULTS: Pair = ("Ce qui a changé pour nous", "What changed for us")
_NO_LONGER: Pair = ("Supposé avant, plus maintenant", "Assumed before, no longer")
_NEWLY: Pair = ("Supposé maintenant, pas avant", "Assumed now, not before")
_SURE: Pair = ("Certitude", "Certainty")
_LATE: Pair = ("Visites après leur échéance", "Visits after their due date")


def purchase_runs(
    before: PurchaseRun,
    after: PurchaseRun,
    *,
    names: Mapping[str, str],
    lots: Mapping[str, str],
    tell: Catalogue,
) -> tuple[Section, ...]:
    """Two plans of a purchase, for its coordinator."""
    one, other = before.plan, after.plan
    blocks = (
        _build_results_table(one, other),
        _compare_members(one, other, names),
        _compare_awards(one, other, lots),
        *_compare_places(one, other, {**names, **lots}, _list_reasons(other, tell)),
    )
    return (
        Section("entrees", choose_text(*_INPUTS), _bought_inputs(before, after, names)),
        Section("resultat", choose_text(*_RESULTS), blocks),
    )


def _list_reasons(plan: Plan | None, tell: Catalogue) -> dict[str, str]:
    """Why each subject is decided as it is."""
    lines = () if plan is None else plan.lines
    return {line.subject: describe_phrases((line.reason,), tell)[0] for line in lines}


def campaign_runs(
    before: CampaignRun, after: CampaignRun, *, names: Mapping[str, str], tell: Catalogue
) -> tuple[Section, ...]:
    """Two plans of a campaign, for its coordinator."""
    one, other = before.plan, after.plan
    blocks: list[Block] = [
        _build_results_table(one, other, *_compare_crews(one, other)),
        _compare_members(one, other, names),
    ]
    blocks += _compare_visits(one, other, _list_reasons(other, tell))
    return (
        Section("entrees", choose_text(*_INPUTS), _park_inputs(before, after, names)),
        Section("resultat", choose_text(*_RESULTS), tuple(blocks)),
    )


def purchase_parts(
    before: PurchasePart, after: PurchasePart, *, tell: Catalogue
) -> tuple[Section, ...]:
    """A member's own part of two plans of a purchase."""
    one, other = before.view, after.view
    inputs = [*_compare_needs(before, after), *_compare_volumes(one, other)]
    blocks = (_own_results(one, other), _own_lots(one, other))
    return (
        Section(
            "entrees",
            choose_text(*_INPUTS),
            (inputs_table(inputs), *_compare_assumptions(one, other, tell)),
        ),
        Section("resultat", choose_text(*_OWN_RESULTS), blocks),
    )


def _compare_needs(before: PurchasePart, after: PurchasePart) -> Iterator[Row]:
    digests = [part.view.inputs_digest[:SHORT] for part in (before, after)]
    yield build_text_row(
        choose_text("Problème (empreinte)", "Problem (digest)"), digests[0], digests[1]
    )
    version = choose_text("Version de nos besoins", "Version of our needs")
    yield number_row(version, before.needs_version, after.needs_version)


def _compare_volumes(one: MemberView, other: MemberView) -> Iterator[Row]:
    points = choose_text("Nos points de livraison", "Our delivery points")
    yield number_row(points, len(one.points), len(other.points))
    yield (
        choose_text("Notre énergie par an", "Our energy a year"),
        format_quantity(one.volume_mwh, "MWh", 1),
        format_quantity(other.volume_mwh, "MWh", 1),
        describe_volume_change(one.volume_mwh, other.volume_mwh),
    )
    members = choose_text("Membres de l'achat", "Members of the purchase")
    yield number_row(members, one.group_members, other.group_members)


def campaign_parts(
    before: CampaignPart, after: CampaignPart, *, tell: Catalogue
) -> tuple[Section, ...]:
    """A body's own part of two plans of a campaign."""
    one, other = before.view, after.view
    inputs = [*_compare_seasons(one, other)]
    blocks: list[Block] = [_own_results(one, other, *_own_crews(one, other))]
    blocks += build_visit_moves(
        _index_visit_weeks(one), _index_visit_weeks(other), one.starts_on, other.starts_on
    )
    return (
        Section(
            "entrees",
            choose_text(*_INPUTS),
            (inputs_table(inputs), *_compare_assumptions(one, other, tell)),
        ),
        Section("resultat", choose_text(*_OWN_RESULTS), tuple(blocks)),
    )


def _compare_seasons(one: CampaignView, other: CampaignView) -> Iterator[Row]:
    yield build_text_row(
        choose_text("Plan (empreinte)", "Plan (digest)"), one.seal[:SHORT], other.seal[:SHORT]
    )
    monday = choose_text("Premier lundi", "First Monday")
    yield build_text_row(monday, short_date(one.starts_on), short_date(other.starts_on))
    yield number_row(choose_text("Semaines", "Weeks"), one.weeks, other.weeks)
    yield number_row(choose_text("Nos visites", "Our visits"), len(one.visits), len(other.visits))
    yield number_row(choose_text("Organismes", "Bodies"), one.bodies, other.bodies)


def _own_crews(one: CampaignView, other: CampaignView) -> Iterator[Row]:
    given = [sum(crew.days for crew in view.given) for view in (one, other)]
    late = [sum(1 for visit in view.visits if visit.late_weeks) for view in (one, other)]
    yield number_row(choose_text(*_LATE), late[0], late[1])
    days = choose_text("Jours que nos équipes donnent", "Days that our crews give")
    yield number_row(days, given[0], given[1])


def _bought_inputs(
    before: PurchaseRun, after: PurchaseRun, names: Mapping[str, str]
) -> tuple[Block, ...]:
    rows = [*run_rows(before, after)]
    offers = choose_text("Version des offres", "Version of the offers")
    rows.append(number_row(offers, before.offers_version, after.offers_version))
    left = {one.member: one for one in before.needs}
    right = {one.member: one for one in after.needs}
    rows += build_body_rows(
        {key: f"version {one.version}" for key, one in left.items()},
        {key: f"version {one.version}" for key, one in right.items()},
        same={key for key in left.keys() & right.keys() if left[key].sha256 == right[key].sha256},
        names=names,
        what=("Besoins", "Needs"),
    )
    gone = missing_rows(
        {one.member: one.reason for one in before.missing},
        {one.member: one.reason for one in after.missing},
        names,
    )
    return (*build_run_notes(before, after), inputs_table([*rows, *gone]))


def _park_inputs(
    before: CampaignRun, after: CampaignRun, names: Mapping[str, str]
) -> tuple[Block, ...]:
    left = {one.body: one for one in before.opened}
    right = {one.body: one for one in after.opened}
    same = {
        key
        for key in left.keys() & right.keys()
        if left[key].assets_sha256 == right[key].assets_sha256
    }
    rows = [
        *run_rows(before, after),
        *build_body_rows(
            {key: park(one.cabinets, one.light_points) for key, one in left.items()},
            {key: park(one.cabinets, one.light_points) for key, one in right.items()},
            same=same,
            names=names,
            what=("Parc", "Assets"),
        ),
        *missing_rows(
            {one.body: one.reason for one in before.missing},
            {one.body: one.reason for one in after.missing},
            names,
        ),
    ]
    return (*build_run_notes(before, after), inputs_table(rows))


def _build_results_table(one: Plan | None, other: Plan | None, *more: Row) -> Table:
    rows: list[Row] = []
    if one is not None and other is not None:
        gains = [_compute_gain(plan) for plan in (one, other)]
        alone = choose_text("Chacun de son côté", "Each on its own")
        rows = [
            money_row(
                choose_text("Coût du plan", "Cost of the plan"),
                one.objective_eur,
                other.objective_eur,
            ),
            money_row(alone, one.baseline_eur, other.baseline_eur),
            money_row(choose_text("Gain ensemble", "Saved together"), gains[0], gains[1]),
            build_text_row(choose_text(*_SURE), _describe_proof(one), _describe_proof(other)),
        ]
    caption = choose_text("Le plan, en euros hors taxes", "The plan, in euros excluding VAT")
    return Table(caption, ("", *list_side_heads()), (*rows, *more), frozenset({1, 2, 3}))


def _compute_gain(plan: Plan) -> Decimal | None:
    return None if plan.baseline_eur is None else plan.baseline_eur - plan.objective_eur


def _describe_proof(plan: Plan | MemberView | CampaignView) -> str:
    told = choose_text(*_STATUS[plan.status])
    if plan.gap is None or plan.status == "proved":
        return told
    gap = format_percent(plan.gap, 2)
    return choose_text(f"{told}, écart {gap}", f"{told}, gap {gap}")


def _compare_members(before: Plan | None, after: Plan | None, names: Mapping[str, str]) -> Block:
    left, right = (_index_outcomes(one) for one in (before, after))
    rows = []
    for key in sorted(left.keys() | right.keys(), key=lambda one: names.get(one, one)):
        one, other = left.get(key), right.get(key)
        rows.append(
            (
                names.get(key, key),
                "absent" if one is None else format_euros(one.cost_eur),
                "absent" if other is None else format_euros(other.cost_eur),
                _describe_outcome_change(one, other),
                _describe_gain_change(one, other),
            )
        )
    heads = (
        choose_text("Membre", "Member"),
        choose_text("Paie avant", "Pays before"),
        choose_text("Paie après", "Pays after"),
        list_side_heads()[2],
        choose_text("Contre seul", "Against alone"),
    )
    caption = choose_text("Qui gagne, qui perd", "Who gains, who loses")
    return Table(caption, heads, tuple(rows), frozenset({1, 2, 3}))


def _index_outcomes(plan: Plan | None) -> dict[str, MemberOutcome]:
    return {} if plan is None else {one.member: one for one in plan.members}


def _describe_outcome_change(one: MemberOutcome | None, other: MemberOutcome | None) -> str:
    if one is None or other is None:
        return describe_entered() if one is None else describe_left_out()
    return describe_amount_change(one.cost_eur, other.cost_eur)


def _describe_gain_change(one: MemberOutcome | None, other: MemberOutcome | None) -> str:
    if one is None or other is None or one.gain_eur is None or other.gain_eur is None:
        return choose_text("sans comparaison", "no comparison")
    if one.gain_eur == other.gain_eur:
        return describe_unchanged()
    more = other.gain_eur > one.gain_eur
    word = (
        choose_text("gagne plus", "gains more")
        if more
        else choose_text("gagne moins", "gains less")
    )
    if other.gain_eur >= 0:
        return word
    return choose_text(f"{word} ; paie plus que seul", f"{word}; pays more than alone")


def _compare_awards(
    before: PurchasePlan | None, after: PurchasePlan | None, lots: Mapping[str, str]
) -> Block:
    left = {} if before is None else {one.lot: one for one in before.awards}
    right = {} if after is None else {one.lot: one for one in after.awards}
    rows = []
    for key in sorted(left.keys() | right.keys()):
        one, other = left.get(key), right.get(key)
        pair = [None if award is None else (award.offer, award.tier) for award in (one, other)]
        word = choose_text("≠ autre attribution", "≠ different award")
        rows.append(
            (
                lots.get(key, key),
                _describe_award(one),
                _describe_award(other),
                describe_unchanged() if pair[0] == pair[1] else word,
            )
        )
    caption = choose_text("Les lots", "The lots")
    return Table(caption, ("Lot", *list_side_heads()), tuple(rows))


def _compare_places(
    before: PurchasePlan | None,
    after: PurchasePlan | None,
    names: Mapping[str, str],
    reasons: Mapping[str, str],
) -> Iterator[Block]:
    """Who buys elsewhere than before, and why."""
    left, right = (
        {(one.member, one.lot): one.offer for one in (() if plan is None else plan.places)}
        for plan in (before, after)
    )
    moved = [key for key in sorted(left.keys() | right.keys()) if _differs(key, left, right)]
    yield count_decisions(left, right, len(moved))
    rows = [
        (
            ", ".join(names.get(name, name) for name in key),
            _describe_place(key, left),
            _describe_place(key, right),
            reasons.get(", ".join(key), ""),
        )
        for key in moved
    ]
    if rows:
        caption = choose_text("Qui achète ailleurs", "Who buys elsewhere")
        head = choose_text("Membre, lot", "Member, lot")
        heads = (head, *list_side_heads()[:2], choose_text(*BECAUSE))
        yield Table(caption, heads, tuple(rows[:MOST_ROWS]))


type _Places = Mapping[tuple[str, str], str | None]


def _differs(key: tuple[str, str], left: _Places, right: _Places) -> bool:
    return (key in left, left.get(key)) != (key in right, right.get(key))


def _describe_place(key: tuple[str, str], places: _Places) -> str:
    if key not in places:
        return "absent"
    return places[key] or choose_text("seul", "alone")


def _describe_award(award: Award | None) -> str:
    if award is None:
        return choose_text("pas attribué", "not awarded")
    return choose_text(
        f"{award.supplier}, tranche {award.tier}", f"{award.supplier}, tier {award.tier}"
    )


def _compare_crews(
    before: MaintenancePlan | None, after: MaintenancePlan | None
) -> tuple[Row, ...]:
    if before is None or after is None:
        return ()
    late = [sum(1 for one in plan.visits if one.late_weeks) for plan in (before, after)]
    return (
        number_row(choose_text("Jours d'équipe", "Crew-days"), before.crew_days, after.crew_days),
        number_row(choose_text("Visites", "Visits"), len(before.visits), len(after.visits)),
        number_row(choose_text(*_LATE), late[0], late[1]),
    )


def _compare_visits(
    before: MaintenancePlan | None, after: MaintenancePlan | None, reasons: Mapping[str, str]
) -> Iterator[Block]:
    if before is not None and after is not None:
        weeks = [_index_visit_weeks(plan) for plan in (before, after)]
        yield from build_visit_moves(weeks[0], weeks[1], None, None, reasons=reasons)


def _index_visit_weeks(
    plan: MaintenancePlan | CampaignView,
) -> dict[tuple[str, str], tuple[str, int]]:
    """By cabinet and visit: what is done, and in which week."""
    return {
        (one.cabinet, one.id or ""): (describe_task(one.task), one.week)
        for one in plan.visits  # both kinds of visits say the same of this
    }


def _own_results(
    one: MemberView | CampaignView, other: MemberView | CampaignView, *more: Row
) -> Table:
    rows = (
        money_row(choose_text("Nous payons", "We pay"), one.cost_eur, other.cost_eur),
        money_row(
            choose_text("Seuls, nous paierions", "Alone, we would pay"),
            one.alone_eur,
            other.alone_eur,
        ),
        money_row(choose_text("Nous gagnons", "We save"), one.gain_eur, other.gain_eur),
        build_text_row(choose_text(*_SURE), _describe_proof(one), _describe_proof(other)),
        *more,
    )
    caption = choose_text("Pour nous, en euros hors taxes", "For us, in euros excluding VAT")
    return Table(caption, ("", *list_side_heads()), rows, frozenset({1, 2, 3}))


def _own_lots(one: MemberView, other: MemberView) -> Table:
    left, right = ({lot.lot: lot for lot in view.lots} for view in (one, other))
    rows = []
    for key in sorted(left.keys() | right.keys()):
        names = [
            "absent" if lot is None else lot.supplier or choose_text("acheté seul", "bought alone")
            for lot in (left.get(key), right.get(key))
        ]
        other_word = choose_text("≠ autre fournisseur", "≠ different supplier")
        word = describe_unchanged() if names[0] == names[1] else other_word
        rows.append(((right.get(key) or left[key]).name, *names, word))
    return Table(choose_text("Nos lots", "Our lots"), ("Lot", *list_side_heads()), tuple(rows))


def _compare_assumptions(
    one: MemberView | CampaignView, other: MemberView | CampaignView, tell: Catalogue
) -> Iterator[Block]:
    """What is assumed in one only."""
    left, right = (describe_phrases(view.assumptions, tell) for view in (one, other))
    for title, some in (
        (_NO_LONGER, [text for text in left if text not in right]),
        (_NEWLY, [text for text in right if text not in left]),
    ):
        if some:
            yield Items(choose_text(*title), tuple(some))
