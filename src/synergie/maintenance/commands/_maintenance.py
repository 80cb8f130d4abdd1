"""The input of a maintenance plan: files an agent has, a crew book, what was done before."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING

from synergie.cli.extras import needs
from synergie.cli.files import load_record
from synergie.cli.misuse import Misuse
from synergie.cli.texts import _, translate_to_french
from synergie.errors import BadInput

if TYPE_CHECKING:
    from synergie.maintenance.plan.upkeep import (
        Before,
        MaintenanceContext,
        MaintenanceFiles,
        WeekCase,
        YearCase,
        YearPlan,
    )
    from synergie.maintenance.records.rounds import RoundsPlan, RoundsProblem
    from synergie.park.plan import Owned
    from synergie.park.records.crew import CrewBook
    from synergie.park.records.park import ParkState, SetAside
    from synergie.schemas.assets.work_order import WorkOrder

_PLANS = ("probleme.json", "plan.json")
_ROUNDS = "-tournees.json"
_NOBODY = "?"
"""Owner of a row that was done, before the stop that it answers tells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """What the command line names."""

    files: Sequence[Path]
    """Inventories, cabinets, tickets."""
    crews: Path
    """The crew book."""
    owners: Sequence[str] = ()
    """`ORGANISATION=FILE`, or one organisation for all."""
    communes: Sequence[str] = ()
    """`INSEE=FILE`, for files that tell no commune."""
    matrix: Path | None = None
    done: Sequence[Path] = ()
    """Interventions that came back."""
    before: Sequence[Path] = ()
    """Folders of the rounds of earlier weeks."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """What the files tell, at a moment."""

    given: "MaintenanceFiles"
    book: "CrewBook"
    park: "ParkState"
    known: "MaintenanceContext"
    set_aside: tuple["SetAside", ...]
    """Rows of the files and of the crew book that could not be used; the park has its own."""
    before: "Before"
    """What earlier weeks left."""

    def every_aside(self, *more: "SetAside") -> tuple["SetAside", ...]:
        """Every row set aside, each once."""
        return tuple(dict.fromkeys((*self.set_aside, *self.park.set_aside, *more)))


def read_maintenance_inputs(files: Files, now: datetime) -> Inputs:
    """What *files* tell at *now*. BadInput for a file of another kind; rows are set aside."""
    with needs("plan"):
        from synergie.park.plan import NightHours, learn, state
    from synergie.maintenance.plan.upkeep import (
        MaintenanceContext,
        find_last_done_days,
        list_decided_works,
        read,
        update_inspected_cabinets,
    )

    owners, owner = _parse_file_pairs("--owner", files.owners, files.files)
    communes, _one = _parse_file_pairs("--commune", files.communes, files.files)
    paths = [files.crews, *files.files, *([files.matrix] if files.matrix else [])]
    given = read(paths, owners=owners, owner=owner, communes=communes)
    weeks = list(_iterate_earlier_weeks(files.before))
    orders = _read_done_orders(files.done, weeks, given, now)
    book = given.book()
    night = NightHours(profiles=given.profiles, ranges=given.ranges)
    last = find_last_done_days(orders.orders)
    park = state(
        update_inspected_cabinets(given.cabinets, last),
        given.light_points,
        orders.orders,
        as_of=now,
        targets=book.book.targets,
        models=learn(given.light_points, orders.orders, until=now, night=night),
        night=night,
    )
    named = {
        (one.organisation, one.record.external_id): one.record.name
        for one in given.cabinets
        if one.record.name
    }
    known = MaintenanceContext(
        done=last, decided=list_decided_works(orders.orders), places=named, names=given.communes
    )
    aside = (*given.set_aside, *book.set_aside, *orders.unknown)
    read_ = Inputs(given, book.book, park, known, aside, orders.before)
    _check_any_cabinet(read_)
    return read_


def _check_any_cabinet(found: Inputs) -> None:
    """BadInput with the commonest reason, when no cabinet is left to plan for."""
    aside = found.every_aside()
    if found.park.cabinets or not aside:
        return
    reason, many = Counter(one.expected for one in aside).most_common(1)[0]
    first = next(one for one in aside if one.expected == reason)
    more = f" (× {many})" if many > 1 else ""
    raise BadInput(first.where, f"{first.found}{more}", reason)


@dataclass(frozen=True, slots=True)
class _Orders:
    orders: list["Owned[WorkOrder]"]
    before: "Before"
    unknown: tuple["SetAside", ...]


def _read_done_orders(
    paths: Sequence[Path],
    weeks: Sequence[tuple["RoundsProblem", "RoundsPlan"]],
    given: "MaintenanceFiles",
    now: datetime,
) -> _Orders:
    """The work orders of all files, those that came back in place of what was planned."""
    from synergie.maintenance.plan.upkeep import match_returned_orders

    back = _read_returned_orders(paths)
    found = match_returned_orders(weeks, back, given, until=now)
    return _Orders(list(found.orders), found.before, found.unknown)


def _read_returned_orders(paths: Sequence[Path]) -> list["Owned[WorkOrder]"]:
    from synergie.maintenance.plan.upkeep import read

    if not paths:
        return []
    return read(paths, owner=_NOBODY).work_orders


def _iterate_earlier_weeks(
    folders: Sequence[Path],
) -> Iterator[tuple["RoundsProblem", "RoundsPlan"]]:
    """The rounds in the folders of earlier weeks, in the order of their days."""
    from synergie.maintenance.records.rounds import RoundsPlan, RoundsProblem

    for folder in folders:
        inside = folder / "semaines" if (folder / "semaines").is_dir() else folder
        plans = sorted(inside.glob(f"*{_ROUNDS}"))
        if not plans:
            raise Misuse(_("{}: holds no rounds of a week").format(folder))
        for path in plans:
            problem = path.with_name(path.name.replace(_ROUNDS, "-probleme.json"))
            yield load_record(problem, RoundsProblem), load_record(path, RoundsPlan)


def _parse_file_pairs(
    option: str, told: Sequence[str], files: Sequence[Path]
) -> tuple[dict[Path, str], str | None]:
    """`WHAT=FILE` as file → what, and what holds for all; FILE may be a pattern: `*-pompey.csv`."""
    found: dict[Path, str] = {}
    every = None
    for one in told:
        what, equals, name = one.partition("=")
        if not equals:
            every = what
            continue
        named = [file for file in files if name == str(file) or fnmatch(file.name, name)]
        if not named:
            raise Misuse(_("{} {}: {} is none of the files").format(option, one, name))
        found |= dict.fromkeys(named, what)
    if every is not None and option == "--commune":
        return dict.fromkeys(files, every) | found, None
    return found, every


def is_problem(files: Sequence[Path], crews: Path | None) -> bool:
    """Whether the command is given a problem as JSON, and not files of assets."""
    return crews is None and len(files) == 1 and files[0].suffix.lower() == ".json"


def first_monday(text: str | None, now: datetime) -> date:
    """The Monday of *text*; by default the next one after *now*."""
    if text is None:
        today = now.date()
        return today + timedelta(days=8 - today.isoweekday())
    from synergie.maintenance.plan.upkeep import monday_of

    return monday_of(text)


def year_plan_in(path: Path) -> "YearPlan":
    """The year plan that `--out` wrote: its folder, or its plan.json."""
    from synergie.maintenance.plan.upkeep import YearPlan
    from synergie.maintenance.records.maintenance import MaintenancePlan, MaintenanceProblem

    folder = path if path.is_dir() else path.parent
    problem, plan = (folder / name for name in _PLANS)
    return YearPlan(
        load_record(problem, MaintenanceProblem),
        load_record(plan if path.is_dir() else path, MaintenancePlan),
    )


def year_case(read: Inputs, *, starts: date, weeks: int, told: "YearPlan | None") -> "YearCase":
    """The problem of a year; *told*: the plan that is changed as little as can be."""
    from synergie.maintenance.plan.upkeep import year_problem

    known = replace(read.known, promised=(told.problem, told.plan) if told else None)
    return year_problem(read.park, read.book, starts_on=starts, weeks=weeks, known=known)


def week_case(read: Inputs, *, monday: date, days: int, told: "YearPlan | None") -> "WeekCase":
    """The problem of the days from *monday*."""
    from synergie.maintenance.plan.upkeep import week_problem

    return week_problem(
        told,
        read.park,
        read.book,
        monday=monday,
        days=days,
        roads=read.given.roads,
        known=read.known,
        before=read.before,
        tell=translate_to_french,
    )
