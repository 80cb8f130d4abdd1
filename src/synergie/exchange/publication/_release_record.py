"""A release as a record: its cells, what was hidden, its digest, and how others read it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from synergie.errors import TooLarge
from synergie.policy.publication.cells import Tree
from synergie.policy.publication.releases import MONTHS, Member, build_parts_by_leaf
from synergie.policy.publication.suppression import Hidden
from synergie.policy.trust.atoms import Limits
from synergie.schemas.publication.cell_scheme import CellScheme
from synergie.schemas.publication.licences import LICENCES
from synergie.schemas.publication.release import (
    Energy,
    Licence,
    OpenRelease,
    Release,
    ReleaseAge,
    ReleaseCell,
    SuppressionLine,
    Thresholds,
)
from synergie.schemas.publication.release_bytes import release_digest

RULES = ("FR-AGG-N", "FR-AGG-ENT", "FR-AGG-MIX", "FR-OWN")
"""What every release is checked against."""

_FRENCH: dict[Energy, str] = {"electricity": "électricité", "gas": "gaz"}
_EXACT = 2**53
"""RFC 8785 tells whole numbers exactly up to here."""


def cells_of(
    made: Tree, members: Sequence[Member], published: frozenset[str], month: int | None
) -> tuple[ReleaseCell, ...]:
    """The sums of the *published* cells over *month* (None: the year), in the tree's order."""
    told = build_parts_by_leaf(members, MONTHS if month is None else (month,))
    found = []
    for name in made.downwards():
        if name not in published:
            continue
        cell, trait = made.cells[name], made.traits[name]
        inside = [part for leaf in made.below(name) for part in told.get(leaf, ())]
        categories = {part.category for part in inside}
        energy_wh = sum(part.wh for part in inside)
        if abs(energy_wh) >= _EXACT:
            raise TooLarge(_EXACT, "Wh")
        found.append(
            ReleaseCell(
                cell=name,
                name=cell.name,
                parent=cell.parent,
                insee_code=trait.insee_code,
                category=categories.pop() if len(categories) == 1 else None,
                movements=trait.movements is True,
                n_points=len(inside),
                energy_wh=energy_wh,
            )
        )
    return tuple(found)


def hidden_lines(made: Tree, hidden: Sequence[Hidden]) -> tuple[SuppressionLine, ...]:
    """What was not published, for the publisher's eyes."""
    return tuple(
        SuppressionLine(
            cell=one.cell,
            name=made.cells[one.cell].name,
            kind=one.kind,
            fault=one.fault,
            protects=one.protects,
        )
        for one in hidden
    )


def build_thresholds(limits: Limits) -> Thresholds:
    """The rule as a record."""
    return Thresholds(
        min_points=limits.min_points,
        min_enterprises=limits.min_enterprises,
        max_share=float(limits.max_share),
    )


def build_release(fields: dict[str, Any]) -> Release:
    """The release of *fields*, with its digest."""
    bare = Release(**fields, sha256="0" * 64)
    return bare.model_copy(update={"sha256": digest(bare)})


def digest(release: Release) -> str:
    """SHA-256 of a release as others read it: anyone can check it."""
    return for_others(release).sha256


def for_others(release: Release) -> Release:
    """*release* without why a cell was hidden, its kind included: that tells of the points in it.

    Its digest is that of what is left: one over the kinds would confirm a guess of them.
    """
    bare = {"kind": None, "fault": None, "protects": None}
    hidden = tuple(line.model_copy(update=bare) for line in release.hidden)
    left = release.model_copy(update={"hidden": hidden})
    return left.model_copy(update={"sha256": release_digest(left)})


def format_release_title(scheme: CellScheme, release: Release) -> str:
    """What people read above the table, in French."""
    return f"{scheme.title}, {_FRENCH[release.energy]}, {release.period}"[:200]


def opened(
    release: Release, scheme: CellScheme, *, publisher: str, licence: Licence, now: datetime
) -> OpenRelease:
    """*release* as the public reads it at *now*."""
    age = max(0, (now - release.end).days)
    return OpenRelease(
        title=format_release_title(scheme, release),
        publisher=publisher,
        licence_url=LICENCES[licence].address,
        freshness=ReleaseAge(data_until=release.end, released_at=release.released_at, age_days=age),
        release=for_others(release),
        fields={name: str(field.description) for name, field in ReleaseCell.model_fields.items()},
    )
