"""What a lighting study may be made of: assets that agreements open now, body by body."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from synergie.errors import BadInput, Conflict, NotAllowed
from synergie.exchange import door as _door
from synergie.exchange.shared_plan import authorize_side
from synergie.exchange.trust.seen import AccessRecord
from synergie.lighting.exchange import _side as _lighting_side
from synergie.lighting.policy.lighting import PURPOSE, find_body_standing
from synergie.lighting.records.exchange import JointStudyInputs, ParkOpened
from synergie.lighting.records.options import OptionsRecord
from synergie.lighting.records.study import LightingStudy, StudyLight
from synergie.lighting.storage.studies import STUDIES, StudySnapshot
from synergie.policy import Ask, Permit, Principal, permit_own_data
from synergie.schemas.shared_plan import BodyMissing
from synergie.schemas.trust.agreement import Agreement
from synergie.storage.assets.shared_assets import Assets, fetch_shared_assets
from synergie.storage.store import Session

ASSETS = Ask(dataset="assets", purpose=PURPOSE)
"""What is asked of an agreement to study its lights."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What is open of one body."""

    permits: tuple[Permit, ...]
    assets: Assets
    told: ParkOpened


@dataclass(frozen=True, slots=True)
class Standing:
    """What a study would stand on now."""

    opened: Mapping[str, Opened]
    missing: tuple[BodyMissing, ...]

    def list_accesses(
        self, study_id: str, bodies: Iterable[str] | None = None
    ) -> list[tuple[Permit, AccessRecord]]:
        """What is to be recorded before it is told, of *bodies* or of all."""
        return [
            (permit, AccessRecord("assets", (study_id,), rows=self.opened[body].assets.n_cabinets))
            for body in (self.opened if bodies is None else bodies)
            for permit in self.opened[body].permits
        ]


def standing_now(
    session: Session, caller: Principal, found: StudySnapshot, *, now: datetime
) -> Standing:
    """What a study of *found*, which the caller coordinates, would stand on at *now*."""
    opened, missing = {}, []
    for body, permits in _find_asset_permits(session, caller, found, now=now).items():
        if isinstance(permits, str):
            missing.append(BodyMissing(body=body, reason=permits))
        else:
            opened[body] = _read_open_assets(session, body, permits)
    return Standing(opened, tuple(missing))


def inputs(study_id: str, stands: Standing) -> JointStudyInputs:
    """What *stands*, as its coordinator is told."""
    told = tuple(one.told for one in stands.opened.values())
    return JointStudyInputs(study=study_id, opened=told, missing=stands.missing)


def find_light_owners(problem: LightingStudy, stands: Standing) -> dict[str, str]:
    """Whose each luminaire is that names no cabinet; BadInput for what is not open now.

    A cabinet is open, and the light point of one luminaire, too, each by its own name or by that of
    its body, a colon, and its own; a group of several alike is under a cabinet that is. What does
    not exist and what is not opened are told alike.
    """
    cabinets: dict[str, str] = {}
    for n, cabinet in enumerate(problem.cabinets):
        where = f"/problem/cabinets/{n}"
        body = stands.opened.get(cabinet.body)
        if body is None:
            raise BadInput(
                f"{where}/body", cabinet.body, "a body of the study whose assets are open to you"
            )
        if not _is_open(cabinet.id, cabinet.body, body.assets.cabinets):
            raise BadInput(f"{where}/id", cabinet.id, "a cabinet that its body opens to you now")
        cabinets[cabinet.id] = cabinet.body
    owners = _light_owners(stands)
    return {
        light.id: owner
        for n, light in enumerate(problem.lights)
        for owner in [_owner_of(light, cabinets, owners, stands, where=f"/problem/lights/{n}")]
        if light.cabinet is None
    }


def still_within(problem: LightingStudy, stands: Standing) -> None:
    """Conflict when a comparison stands on what is not open any more."""
    try:
        find_light_owners(problem, stands)
    except BadInput:
        raise Conflict("stale", "a study of assets that agreements open now") from None


def still_open(problem: LightingStudy, stands: Standing, under: Iterable[ParkOpened]) -> list[str]:
    """The bodies of *problem*; NotAllowed, with the agreement, when one is not open any more."""
    agreements = {one.body: one.agreements for one in under}
    why = {one.body: one.reason for one in stands.missing}
    try:
        loose = find_light_owners(problem, stands)
    except BadInput as closed:
        raise _build_closed_refusal(
            _find_closed_asset_body(problem, closed), agreements, why
        ) from None
    return sorted({*(one.body for one in problem.cabinets), *loose.values()})


def of_options(problem: LightingStudy, options: OptionsRecord | None) -> None:
    """BadInput for an entry or a schedule of a measure that was not published as it stands."""
    entries = {one.id: one for one in options.retrofits} if options else {}
    for n, entry in enumerate(problem.retrofits):
        if entries.get(entry.id) != entry:
            raise BadInput(f"/problem/retrofits/{n}", entry.id, "an entry as you published it last")
    published = {one.id: one for one in options.schedules} if options else {}
    taken = {one.schedule for s in problem.scenarios for one in s.actions if one.schedule}
    today = {one.schedule for one in problem.cabinets}
    today |= {one.schedule for one in problem.lights}
    for n, schedule in enumerate(problem.schedules):
        if schedule.id in taken - today and published.get(schedule.id) != schedule:
            raise BadInput(
                f"/problem/schedules/{n}", schedule.id, "a schedule as you published it last"
            )


def _find_closed_asset_body(problem: LightingStudy, closed: BadInput) -> str | None:
    """The body whose cabinet or light point is *closed*, by its place; None: of no cabinet."""
    kind, place = closed.where.split("/")[2:4]
    if kind == "cabinets":
        return problem.cabinets[int(place)].body
    feeder = problem.lights[int(place)].cabinet
    return next((one.body for one in problem.cabinets if one.id == feeder), None)


def _build_closed_refusal(
    body: str | None, agreements: Mapping[str, tuple[str, ...]], why: Mapping[str, str]
) -> NotAllowed:
    name = body or next((one for one in agreements if one in why), "")
    told = next(iter(agreements.get(name, ())), "").partition("/")[0]
    return NotAllowed(why.get(name, "selector"), told or None)


def _is_open(name: str, body: str, names: frozenset[str]) -> bool:
    """Whether *body* opens it: under its own name, or that name after the body's and a colon."""
    return name in names or name.removeprefix(f"{body}:") in names


def _light_owners(stands: Standing) -> dict[str, str | None]:
    """Light point → the body that opens it; None: several do."""
    owners: dict[str, str | None] = {}
    for body, one in stands.opened.items():
        for name in one.assets.light_points:
            owners[name] = None if name in owners else body
            owners[f"{body}:{name}"] = body
    return owners


def _owner_of(
    light: StudyLight,
    cabinets: Mapping[str, str],
    owners: Mapping[str, str | None],
    stands: Standing,
    *,
    where: str,
) -> str:
    """Whose *light* is; BadInput for one that is not open, or under no cabinet of the study."""
    if light.cabinet is None:
        owner = owners.get(light.id) if light.count == 1 else None
    else:
        owner = cabinets.get(light.cabinet)
        if owner is None:
            raise BadInput(f"{where}/cabinet", light.cabinet, "a cabinet of the study")
        points = stands.opened[owner].assets.light_points
        if light.count == 1 and not _is_open(light.id, owner, points):
            owner = None
    if owner is None:
        raise BadInput(f"{where}/id", light.id, "a light point that one body opens to you now")
    return owner


def _find_asset_permits(
    session: Session, caller: Principal, found: StudySnapshot, *, now: datetime
) -> dict[str, tuple[Permit, ...] | str]:
    """By body, the permits that open its assets to the coordinator; or why none does, a code."""
    permit = authorize_side(caller, action="read", now=now)
    bodies = STUDIES.list_invitations(permit, session, found.id)
    agreements = _lighting_side.find_study_agreements(permit, session, found, bodies)
    return {
        body: (permit_own_data(caller, action="read", now=now),)
        if body == caller.organisation
        else _decide_asset_permits(session, caller, agreements.get(body, []), now=now)
        for body in bodies
    }


def _decide_asset_permits(
    session: Session, caller: Principal, agreements: list[Agreement], *, now: datetime
) -> tuple[Permit, ...] | str:
    _, lack, some = find_body_standing(agreements, now)
    if lack is not None:
        return lack
    permits, refusal = [], "no_agreement"
    for one in some:
        try:
            permits.append(_door.decide_with_consents(session, caller, one, ASSETS, now=now))
        except NotAllowed as error:
            refusal = error.reason
    return tuple(permits) or refusal


def _read_open_assets(session: Session, body: str, permits: tuple[Permit, ...]) -> Opened:
    first, *more = permits
    known = fetch_shared_assets(first, session, more)
    told = ParkOpened(
        body=body,
        agreements=tuple(f"{one.agreement}/{one.version}" for one in permits if one.agreement),
        cabinets=known.n_cabinets,
        light_points=known.n_light_points,
        assets_sha256=known.sha256,
    )
    return Opened(permits, known, told)
