"""An agreement clause by clause, French or English: what binds, and what that means for people.

Every term that is signed is in one of them; what does not stand in the terms (how to end it, how
to change it) follows from the states of an agreement (`policy.trust.agreement`).
"""

from collections.abc import Callable

from synergie.policy.readings.sentence import Lang
from synergie.policy.trust import _clause_bounds as bounds
from synergie.policy.trust import _clause_opened as opened
from synergie.policy.trust._clause_words import TITLE, Case, Names, Told
from synergie.schemas.trust.agreement import Agreement
from synergie.schemas.trust.clause import Clause, ClauseKey, Clauses

_ONE: dict[ClauseKey, Callable[[Case], Told]] = {
    "parties": opened.describe_parties,
    "data": opened.describe_datasets,
    "things": opened.describe_named_items,
    "granularity": opened.describe_granularity,
    "fields": opened.describe_opened_fields,
    "direction": opened.describe_direction,
    "purpose": bounds.describe_purpose,
    "legal_basis": bounds.legal_basis,
    "persons": bounds.describe_persons,
    "data_period": bounds.data_period,
    "validity": bounds.describe_validity,
    "retention": bounds.describe_retention,
    "onward": bounds.describe_onward_sharing,
    "programs": opened.describe_programs,
    "end": bounds.describe_end,
    "change": bounds.describe_change,
}


def build_clauses(agreement: Agreement, names: Names, *, lang: Lang = "fr") -> Clauses:
    """Every clause of *agreement*; *names*: the organisations, by identifier."""
    case = Case(agreement, names, lang)
    told = ((key, *tell(case)) for key, tell in _ONE.items())
    made = (
        Clause(key=key, title=case.pick(TITLE[key]), text=text, meaning=meaning)
        for key, text, meaning in told
    )
    return Clauses(
        agreement=agreement.id,
        version=agreement.version,
        terms_sha256=agreement.terms_sha256,
        clauses=tuple(made),
    )
