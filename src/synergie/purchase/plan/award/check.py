"""All that is wrong with a purchase, at once, before any solver: the row, and who can mend it.

Code de la commande publique: one award a lot (R2113), a convention that each member voted
(L2113-7), offers that bind until their date of validity.
"""

from collections.abc import Iterator, Mapping

from pydantic import ValidationError

from synergie.errors import BadInputs, Words
from synergie.purchase.plan.award import _faults_group as group
from synergie.purchase.plan.award._faults_offers import offer_faults
from synergie.purchase.plan.award._faults_points import point_faults
from synergie.purchase.plan.award._faults_rules import criteria_faults, rule_faults
from synergie.purchase.plan.award.faults import At, View, attach_source_rows, phrase
from synergie.purchase.records.fault import FaultKind, FaultSource, PurchaseFault, SourceRow
from synergie.purchase.records.purchase import PurchaseProblem
from synergie.schemas.faults import faults as told
from synergie.schemas.plan import Phrase

_NOTHING: Mapping[str, SourceRow] = {}
_SOURCES: Mapping[str, FaultSource] = {
    "points": "member",
    "members": "member",
    "alone": "member",
    "offers": "supplier",
}


def faults(
    problem: PurchaseProblem, rows: Mapping[str, SourceRow] = _NOTHING
) -> tuple[PurchaseFault, ...]:
    """Everything that is wrong with *problem*, blocking faults first, each in document order.

    *rows*: pointer of a part of the problem → the row of the file that it was read from. Linear in
    the size of the problem. An offer that is not valid at the award, or leaves a needed price
    blank, is a warning while the lot has another one, and blocking when it has none.
    """
    view = View(problem)
    found = attach_source_rows(_iterate_problem_faults(view), rows)
    return tuple(sorted(found, key=lambda fault: fault.severity != "blocking"))


def require(problem: PurchaseProblem, rows: Mapping[str, SourceRow] = _NOTHING) -> None:
    """Raises `BadInputs` with every blocking fault of *problem*; returns when there is none."""
    blocking = tuple(one for one in faults(problem, rows) if one.severity == "blocking")
    if blocking:
        raise BadInputs(blocking)


def parse_problem(document: bytes | str, name: str = "") -> PurchaseProblem:
    """The problem in a JSON *document*. Raises `BadInputs`: each value that is not of its kind.

    A negative volume and a missing one are told here, with the member or supplier to ask; the
    *name* of the file is put before each pointer.
    """
    try:
        return PurchaseProblem.model_validate_json(document)
    except ValidationError as error:
        faults_ = form_faults(error)
        place = f"{name} " if name else ""
        named = (one.model_copy(update={"where": place + one.where}) for one in faults_)
        raise BadInputs(tuple(named)) from error


def form_faults(
    error: ValidationError, *, under: tuple[str, ...] = ()
) -> tuple[PurchaseFault, ...]:
    """What pydantic refused of a problem, or of what stands *under* it, as faults."""
    return tuple(
        At(fault.where, _find_fault_kind(fault.where), _find_fault_source(fault.where)).fault(
            _build_value_phrase(fault.found), _build_constant_phrase(fault.expected)
        )
        for fault in told(error, under=under)
    )


def _iterate_problem_faults(view: View) -> Iterator[PurchaseFault]:
    yield from point_faults(view)
    yield from group.member_faults(view)
    yield from group.lot_faults(view)
    yield from offer_faults(view)
    yield from group.limit_faults(view)
    yield from group.alone_faults(view)
    yield from rule_faults(view)
    yield from criteria_faults(view)


def _build_value_phrase(found: object) -> Phrase:
    """What was found: words of ours are translated, what others wrote stands as it is."""
    return _build_constant_phrase(found) if isinstance(found, Words) else phrase("{}", found)


def _build_constant_phrase(text: str) -> Phrase:
    """A text that is no template: its braces are braces."""
    return Phrase(text=text.replace("{", "{{").replace("}", "}}"))


def _find_fault_kind(where: str) -> FaultKind:
    return "volume_missing" if where.startswith("/points/") and "/energy" in where else "form"


def _find_fault_source(where: str) -> FaultSource:
    return _SOURCES.get(where.split("/")[1] if "/" in where else "", "coordinator")
