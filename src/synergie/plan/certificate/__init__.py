"""Proofs of plans that others can check: a bound by branching, in exact rationals, as VIPR."""

from synergie.plan.certificate.kind import (
    REASONS,
    BoundModel,
    Certificate,
    PlanKind,
    Verdict,
    certify_plan,
    verify_plan,
    write_certificate,
)

__all__ = [
    "REASONS",
    "BoundModel",
    "Certificate",
    "PlanKind",
    "Verdict",
    "certify_plan",
    "verify_plan",
    "write_certificate",
]
