"""Who may do what, now: pure functions from agreements to a Permit or a refusal with its reason."""

from synergie.policy.trust.agreement import (
    advance_agreement,
    effective_state,
    signed_bytes,
    terms_digest,
)
from synergie.policy.trust.decide import (
    REASONS,
    Ask,
    decide_permit,
    in_the_name_of,
    permit_operator,
    permit_own_data,
    permit_party,
)
from synergie.policy.trust.permit import Permit, Persons, Scope
from synergie.policy.trust.persons import Point
from synergie.policy.trust.principal import Principal

__all__ = [
    "REASONS",
    "Ask",
    "Permit",
    "Persons",
    "Point",
    "Principal",
    "Scope",
    "advance_agreement",
    "decide_permit",
    "effective_state",
    "in_the_name_of",
    "permit_operator",
    "permit_own_data",
    "permit_party",
    "signed_bytes",
    "terms_digest",
]
