"""Votes on projects from elsewhere (Decidim, pabulib): evidence of priorities, never weights."""

from synergie.lighting.plan.evidence.door import EvidenceRead, read_evidence

__all__ = ["EvidenceRead", "read_evidence"]
