"""Two plans of one matter side by side: what changed in what goes in, and in what comes out.

Every change is told by a sign and a word. A reader is told of both what it may read of each.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from synergie.reports._compare_rows import (
    HEADS,
    SAME,
    SHORT,
    Row,
    bodies,
    inputs_table,
    missing_rows,
    money,
    money_row,
    moves,
    notes,
    number_row,
    park,
    plain,
    run_rows,
    volume,
)
from synergie.reports.document import Block, Items, Section, Table
from synergie.reports.french import MINUS, euros, percent, quantity, short_date
from synergie.reports.maintenance_words import TASKS
from synergie.reports.plans import Catalogue, told
from synergie.schemas.campaign_run import CampaignPart, CampaignRun
from synergie.schemas.campaign_view import CampaignView
from synergie.schemas.maintenance import MaintenancePlan
from synergie.schemas.member_view import MemberView
from synergie.schemas.plan import MemberOutcome, Plan, Status
from synergie.schemas.purchase_plan import PurchasePlan
from synergie.schemas.purchase_run import PurchasePart, PurchaseRun

_STATUS: dict[Status, str] = {
    "proved": "prouvé optimal",
    "feasible": "pas prouvé optimal",
    "cancelled": "arrêté avant la fin",
}


def purchase_runs(
    before: PurchaseRun,
    after: PurchaseRun,
    *,
    names: Mapping[str, str],
    lots: Mapping[str, str],
) -> tuple[Section, ...]:
    """Two plans of a purchase, for its coordinator."""
    one, other = before.plan, after.plan
    blocks = (_results(one, other), _members(one, other, names), _awards(one, other, lots))
    return (
        Section(
            "entrees", "Ce qui a changé dans les données", _bought_inputs(before, after, names)
        ),
        Section("resultat", "Ce qui a changé dans le plan", blocks),
    )


def campaign_runs(
    before: CampaignRun, after: CampaignRun, *, names: Mapping[str, str]
) -> tuple[Section, ...]:
    """Two plans of a campaign, for its coordinator."""
    one, other = before.plan, after.plan
    blocks: list[Block] = [_results(one, other, *_crews(one, other)), _members(one, other, names)]
    blocks += _visits(one, other)
    return (
        Section("entrees", "Ce qui a changé dans les données", _park_inputs(before, after, names)),
        Section("resultat", "Ce qui a changé dans le plan", tuple(blocks)),
    )


def purchase_parts(
    before: PurchasePart, after: PurchasePart, *, tell: Catalogue
) -> tuple[Section, ...]:
    """A member's own part of two plans of a purchase."""
    one, other = before.view, after.view
    inputs: list[Row] = [
        plain("Problème (empreinte)", one.inputs_digest[:SHORT], other.inputs_digest[:SHORT]),
        number_row("Version de nos besoins", before.needs_version, after.needs_version),
        number_row("Nos points de livraison", len(one.points), len(other.points)),
        (
            "Notre énergie par an", quantity(one.volume_mwh, "MWh", 1),
            quantity(other.volume_mwh, "MWh", 1), volume(one.volume_mwh, other.volume_mwh),
        ),
        number_row("Membres de l'achat", one.group_members, other.group_members),
    ]  # fmt: skip
    blocks = (_own_results(one, other), _own_lots(one, other))
    return (
        Section(
            "entrees",
            "Ce qui a changé dans les données",
            (inputs_table(inputs), *_assumed(one, other, tell)),
        ),
        Section("resultat", "Ce qui a changé pour nous", blocks),
    )


def campaign_parts(
    before: CampaignPart, after: CampaignPart, *, tell: Catalogue
) -> tuple[Section, ...]:
    """A body's own part of two plans of a campaign."""
    one, other = before.view, after.view
    inputs: list[Row] = [
        plain("Plan (empreinte)", one.seal[:SHORT], other.seal[:SHORT]),
        plain("Premier lundi", short_date(one.starts_on), short_date(other.starts_on)),
        number_row("Semaines", one.weeks, other.weeks),
        number_row("Nos visites", len(one.visits), len(other.visits)),
        number_row("Organismes", one.bodies, other.bodies),
    ]
    given = [sum(crew.days for crew in view.given) for view in (one, other)]
    late = [sum(1 for visit in view.visits if visit.late_weeks) for view in (one, other)]
    results = _own_results(
        one,
        other,
        number_row("Visites après leur échéance", late[0], late[1]),
        number_row("Jours que nos équipes donnent", given[0], given[1]),
    )
    blocks: list[Block] = [results]
    blocks += moves(_weeks(one), _weeks(other), one.starts_on, other.starts_on)
    return (
        Section(
            "entrees",
            "Ce qui a changé dans les données",
            (inputs_table(inputs), *_assumed(one, other, tell)),
        ),
        Section("resultat", "Ce qui a changé pour nous", tuple(blocks)),
    )


def _bought_inputs(
    before: PurchaseRun, after: PurchaseRun, names: Mapping[str, str]
) -> tuple[Block, ...]:
    rows = [*run_rows(before, after)]
    rows.append(number_row("Version des offres", before.offers_version, after.offers_version))
    left = {one.member: one for one in before.needs}
    right = {one.member: one for one in after.needs}
    rows += bodies(
        {key: f"version {one.version}" for key, one in left.items()},
        {key: f"version {one.version}" for key, one in right.items()},
        same={key for key in left.keys() & right.keys() if left[key].sha256 == right[key].sha256},
        names=names,
        what="Besoins",
    )
    gone = missing_rows(
        {one.member: one.reason for one in before.missing},
        {one.member: one.reason for one in after.missing},
        names,
    )
    return (*notes(before, after), inputs_table([*rows, *gone]))


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
        *bodies(
            {key: park(one.cabinets, one.light_points) for key, one in left.items()},
            {key: park(one.cabinets, one.light_points) for key, one in right.items()},
            same=same,
            names=names,
            what="Parc",
        ),
        *missing_rows(
            {one.body: one.reason for one in before.missing},
            {one.body: one.reason for one in after.missing},
            names,
        ),
    ]
    return (*notes(before, after), inputs_table(rows))


def _results(before: Plan | None, after: Plan | None, *more: Row) -> Table:
    rows: list[Row] = []
    if before is not None and after is not None:
        gains = [_gain(one) for one in (before, after)]
        rows = [
            money_row("Coût du plan", before.objective_eur, after.objective_eur),
            money_row("Chacun de son côté", before.baseline_eur, after.baseline_eur),
            money_row("Gain ensemble", gains[0], gains[1]),
            plain("Certitude", _proof(before), _proof(after)),
        ]
    return Table("Le plan, en euros hors taxes", ("", *HEADS), (*rows, *more), frozenset({1, 2, 3}))


def _gain(plan: Plan) -> Decimal | None:
    return None if plan.baseline_eur is None else plan.baseline_eur - plan.objective_eur


def _proof(plan: Plan | MemberView | CampaignView) -> str:
    gap = "" if plan.gap is None or plan.status == "proved" else f", écart {percent(plan.gap, 2)}"
    return f"{_STATUS[plan.status]}{gap}"


def _members(before: Plan | None, after: Plan | None, names: Mapping[str, str]) -> Block:
    left, right = (_outcomes(one) for one in (before, after))
    rows = []
    for key in sorted(left.keys() | right.keys(), key=lambda one: names.get(one, one)):
        one, other = left.get(key), right.get(key)
        rows.append(
            (
                names.get(key, key),
                "absent" if one is None else euros(one.cost_eur),
                "absent" if other is None else euros(other.cost_eur),
                _outcome(one, other),
                _verdict(one, other),
            )
        )
    heads = ("Membre", "Paie avant", "Paie après", "Écart", "Contre seul")
    return Table("Qui gagne, qui perd", heads, tuple(rows), frozenset({1, 2, 3}))


def _outcomes(plan: Plan | None) -> dict[str, MemberOutcome]:
    return {} if plan is None else {one.member: one for one in plan.members}


def _outcome(one: MemberOutcome | None, other: MemberOutcome | None) -> str:
    if one is None or other is None:
        return "+ entre" if one is None else f"{MINUS} sort"
    return money(one.cost_eur, other.cost_eur)


def _verdict(one: MemberOutcome | None, other: MemberOutcome | None) -> str:
    if one is None or other is None or one.gain_eur is None or other.gain_eur is None:
        return "sans comparaison"
    if one.gain_eur == other.gain_eur:
        return SAME
    word = "gagne plus" if other.gain_eur > one.gain_eur else "gagne moins"
    lost = " ; paie plus que seul" if other.gain_eur < 0 else ""
    return f"{word}{lost}"


def _awards(
    before: PurchasePlan | None, after: PurchasePlan | None, lots: Mapping[str, str]
) -> Block:
    left = {} if before is None else {one.lot: one for one in before.awards}
    right = {} if after is None else {one.lot: one for one in after.awards}
    rows = []
    for key in sorted(left.keys() | right.keys()):
        one, other = left.get(key), right.get(key)
        pair = [None if award is None else (award.offer, award.tier) for award in (one, other)]
        rows.append(
            (
                lots.get(key, key),
                "pas attribué" if one is None else f"{one.supplier}, tranche {one.tier}",
                "pas attribué" if other is None else f"{other.supplier}, tranche {other.tier}",
                SAME if pair[0] == pair[1] else "≠ autre attribution",
            )
        )
    return Table("Les lots", ("Lot", *HEADS), tuple(rows))


def _crews(before: MaintenancePlan | None, after: MaintenancePlan | None) -> tuple[Row, ...]:
    if before is None or after is None:
        return ()
    late = [sum(1 for one in plan.visits if one.late_weeks) for plan in (before, after)]
    return (
        number_row("Jours d'équipe", before.crew_days, after.crew_days),
        number_row("Visites", len(before.visits), len(after.visits)),
        number_row("Visites après leur échéance", late[0], late[1]),
    )


def _visits(before: MaintenancePlan | None, after: MaintenancePlan | None) -> Iterator[Block]:
    if before is not None and after is not None:
        yield from moves(_weeks(before), _weeks(after), None, None)


def _weeks(plan: MaintenancePlan | CampaignView) -> dict[tuple[str, str], tuple[str, int]]:
    """By cabinet and visit: what is done, and in which week."""
    return {
        (one.cabinet, one.id or ""): (TASKS[one.task], one.week)
        for one in plan.visits  # both kinds of visits say the same of this
    }


def _own_results(
    one: MemberView | CampaignView, other: MemberView | CampaignView, *more: Row
) -> Table:
    rows = (
        money_row("Nous payons", one.cost_eur, other.cost_eur),
        money_row("Seuls, nous paierions", one.alone_eur, other.alone_eur),
        money_row("Nous gagnons", one.gain_eur, other.gain_eur),
        plain("Certitude", _proof(one), _proof(other)),
        *more,
    )
    return Table("Pour nous, en euros hors taxes", ("", *HEADS), rows, frozenset({1, 2, 3}))


def _own_lots(one: MemberView, other: MemberView) -> Table:
    left, right = ({lot.lot: lot for lot in view.lots} for view in (one, other))
    rows = []
    for key in sorted(left.keys() | right.keys()):
        names = [
            "absent" if lot is None else lot.supplier or "acheté seul"
            for lot in (left.get(key), right.get(key))
        ]
        word = SAME if names[0] == names[1] else "≠ autre fournisseur"
        rows.append(((right.get(key) or left[key]).name, *names, word))
    return Table("Nos lots", ("Lot", *HEADS), tuple(rows))


def _assumed(
    one: MemberView | CampaignView, other: MemberView | CampaignView, tell: Catalogue
) -> Iterator[Block]:
    """What is assumed in one only."""
    left, right = (told(view.assumptions, tell) for view in (one, other))
    for title, some in (
        ("Supposé avant, plus maintenant", [text for text in left if text not in right]),
        ("Supposé maintenant, pas avant", [text for text in right if text not in left]),
    ):
        if some:
            yield Items(title, tuple(some))
