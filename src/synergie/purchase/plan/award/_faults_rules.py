"""Rules of one's own that name what is not there, or select nothing."""

from collections.abc import Iterator

from synergie.purchase.plan.award.faults import CRITERIA_RULE, At, View, iterate_repetitions, phrase
from synergie.purchase.records.fault import PurchaseFault
from synergie.purchase.records.rule import FixedChoice, PurchaseRule


def rule_faults(view: View) -> Iterator[PurchaseFault]:
    """Rules told twice, of names that nobody has, or of no place; each with its place."""
    rules = view.problem.rules
    for i, first, name in iterate_repetitions(rule.id for rule in rules):
        found = phrase("the rule {} is there already, at /rules/{}", name, first)
        yield At(f"/rules/{i}/id", "twice").fault(found, phrase("each rule once"))
    names = _list_known_names(view)
    for i, rule in enumerate(rules):
        strange = [
            (where, name)
            for where, name in _list_rule_names(rule)
            if name not in names[where.rpartition("/")[2]]
        ]
        for where, name in strange:
            at = At(f"/rules/{i}/{where}", "rule_unknown")
            found = phrase("the rule {} names {}, which is not there", rule.id, name)
            yield at.fault(found, phrase("a name of the problem, as it is written there"))
        if not strange and not _selects_anything(view, rule):
            at = At(f"/rules/{i}/of", "rule_empty", severity="warning")
            found = phrase("the rule {} selects nothing", rule.id)
            yield at.fault(found, phrase("a member in a lot where it has a point"))


ONE_AWARD = (
    "one award: criteria rank the offers of a lot, and do not say who buys from whom; of a "
    "framework of several holders each subsequent contract is a purchase of its own (CCP R2162-10)"
)


def criteria_faults(view: View) -> Iterator[PurchaseFault]:
    """Lots of a tender with published criteria whose choice no rule holds, and why."""
    scoring, problem = view.problem.scoring, view.problem
    if scoring is None:
        return
    known = {rule.id for rule in problem.rules if isinstance(rule, FixedChoice) and rule.hard}
    noted = {(note.offer, note.criterion) for note in scoring.notes}
    for i, lot in enumerate(problem.lots):
        if not view.members_of(lot.id):
            continue
        if lot.max_awards != 1:
            found = phrase("{} awards of the lot {}", lot.max_awards or "–", lot.id)
            at = At(f"/lots/{i}/max_awards", "criteria")
            yield at.fault(found, phrase(ONE_AWARD))
        elif f"{CRITERIA_RULE}{lot.id}" not in known:
            found = phrase("the criteria choose no offer of the lot {}", lot.id)
            blank = [
                f"{offer.id}: {one.name}"
                for offer in problem.offers
                for one in scoring.criteria
                if offer.lot == lot.id and (offer.id, one.name) not in noted
            ]
            at = At("/scoring/notes" if blank else "/scoring/drawn", "criteria")
            expected = phrase("the order of the offers that stay equal, as it was drawn")
            yield at.fault(found, phrase("a note for {}", ", ".join(blank)) if blank else expected)


def _list_known_names(view: View) -> dict[str, frozenset[str]]:
    problem = view.problem
    return {
        "member": view.buyers | {member.id for member in problem.members},
        "lot": frozenset(view.lots),
        "point": frozenset(point.id for point in problem.points),
        "supplier": frozenset(offer.supplier for offer in problem.offers),
        "offer": frozenset(offer.id for offer in problem.offers),
    }


def _list_rule_names(rule: PurchaseRule) -> list[tuple[str, str]]:
    """Where in the rule each name stands, and the name."""
    found = [
        ("of/member", rule.of.member),
        ("of/lot", rule.of.lot),
        ("of/point", rule.of.point),
        ("supplier", getattr(rule, "supplier", None)),
        ("offer", rule.offer if isinstance(rule, FixedChoice) else None),
    ]
    return [(where, name) for where, name in found if name is not None]


def _selects_anything(view: View, rule: PurchaseRule) -> bool:
    """Whether some point is of the member, the lot and the point that it names."""
    of = rule.of
    return any(
        of.member in (None, point.member)
        and of.point in (None, point.id)
        and (of.lot is None or of.lot in lots)
        for point, lots in zip(view.problem.points, view.lot_of, strict=True)
    )
