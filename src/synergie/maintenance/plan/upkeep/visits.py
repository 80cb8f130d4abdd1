"""Works that are done at a cabinet on the same occasion: visits, and when they may be made."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from synergie.maintenance.plan.upkeep.works import Work
from synergie.park.records.crew import Task
from synergie.park.records.park import CabinetState

_IMPORTANT: tuple[Task, ...] = (
    "led_conversion", "group_relamping", "inspection", "cleaning", "repair", "cabinet_visit",
    "other",
)  # fmt: skip
_COMMON = 3
"""Weeks that the windows of two works must share to be done together."""
_BEFORE, _AFTER = 3, 6
"""Weeks around those in which crews come to a commune whose works are all due already."""
_BUSY = Decimal("0.6")
"""Share of crew-days that works due already may take: the rest is for those of the year."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """Works of one cabinet that are done in one visit."""

    id: str
    """Key of the visit."""
    cabinet: str
    """Key of the cabinet."""
    state: CabinetState
    works: tuple[Work, ...]
    """The most important one in front."""
    first: int
    last: int
    reached: int | None = None
    """The week in which crews come to it, when all its works are due already."""

    @property
    def task(self) -> Task:
        """The work that names the visit."""
        return self.works[0].task

    @property
    def minutes(self) -> int:
        """Crew minutes on site."""
        return sum(work.minutes for work in self.works)

    @property
    def skills(self) -> tuple[str, ...]:
        """Everything that its works ask for."""
        return tuple(sorted({skill for work in self.works for skill in work.skills}))

    @property
    def due(self) -> int | None:
        """The week after which it is late: that of the work due first, or when crews come."""
        return self.reached or min((work.due for work in self.works if work.due), default=None)

    @property
    def backlog(self) -> bool:
        """Whether all its works are due already."""
        return all(work.backlog for work in self.works)

    @property
    def undated(self) -> bool:
        """Whether nobody knows when what is due was done last."""
        return self.backlog and any(work.undated for work in self.works)

    def cost(self, week: int) -> Decimal:
        """What *week* costs, EUR."""
        return sum((work.costs[week - 1] for work in self.works), Decimal(0))


def build_cabinet_occasions(key: str, state: CabinetState, works: Sequence[Work]) -> list[Occasion]:
    """The visits of one cabinet: works go together when their windows share some weeks."""
    groups: list[list[Work]] = []
    for work in works:
        fit = next((group for group in groups if _has_common_weeks(group, work)), None)
        if fit is None:
            groups.append([work])
        else:
            fit.append(work)
    found: list[Occasion] = []
    uses: dict[Task, int] = defaultdict(int)
    for group in groups:
        mine = tuple(sorted(group, key=lambda work: _IMPORTANT.index(work.task)))
        uses[mine[0].task] += 1
        n = uses[mine[0].task]
        name = f"{key}.{mine[0].task}" + (f".{n}" if n > 1 else "")
        first, last = _intersect_work_weeks(group)
        found.append(Occasion(name, key, state, mine, first, last))
    return found


def _intersect_work_weeks(group: Iterable[Work]) -> tuple[int, int]:
    told = list(group)
    return max(work.first for work in told), min(work.last for work in told)


def _has_common_weeks(group: Sequence[Work], work: Work) -> bool:
    first, last = _intersect_work_weeks([*group, work])
    return last - first + 1 >= _COMMON


def stagger_backlog(
    found: Sequence[Occasion], hours: Mapping[str, Decimal], week_hours: Sequence[Decimal]
) -> list[Occasion]:
    """The same with windows for those that are due already: communes one after another.

    First the communes whose checks are the oldest; each gets the weeks in which crews come to it
    when `_BUSY` of their hours goes to such works. Then those that nobody knows the last check of,
    spread over the weeks that are left. *hours*: of each visit.
    """
    known = [one for one in found if one.backlog and not one.undated]
    undated = [one for one in found if one.undated]
    first = sum((hours[one.id] for one in known), Decimal(0))
    windows = _list_backlog_windows(known, hours, week_hours)
    done = _find_backlog_week(first, week_hours) - 1 if known else 0
    windows |= _list_backlog_windows(undated, hours, _spread(undated, hours, week_hours, done))
    return [_apply_backlog_window(one, windows) for one in found]


def _list_backlog_windows(
    late: Sequence[Occasion], hours: Mapping[str, Decimal], week_hours: Sequence[Decimal]
) -> dict[tuple[str, bool], tuple[int, int, int]]:
    """By commune: first and last week, and the one in which all of it is done."""
    by_zone: dict[tuple[str, bool], list[Occasion]] = defaultdict(list)
    for one in late:
        by_zone[one.state.insee_code, one.undated].append(one)
    windows: dict[tuple[str, bool], tuple[int, int, int]] = {}
    before = Decimal(0)
    for zone in sorted(by_zone, key=lambda z: (_compute_mean_inspection_day(by_zone[z]), z)):
        after = before + sum((hours[one.id] for one in by_zone[zone]), Decimal(0))
        starts, ends = _find_backlog_week(before, week_hours), _find_backlog_week(after, week_hours)
        windows[zone] = max(1, starts - _BEFORE), min(len(week_hours), ends + _AFTER), ends
        before = after
    return windows


def _spread(
    late: Sequence[Occasion], hours: Mapping[str, Decimal], week_hours: Sequence[Decimal], done: int
) -> list[Decimal]:
    """Hours of crews by week, none before week *done* ends, that works *late* use up evenly."""
    total = sum((hours[one.id] for one in late), Decimal(0))
    free = sum(week_hours[done:], Decimal(0)) * _BUSY
    share = min(Decimal(1), total / free) if free else Decimal(1)
    return [Decimal(0) if n < done else given * share for n, given in enumerate(week_hours)]


def _compute_mean_inspection_day(found: Sequence[Occasion]) -> int:
    days = [one.state.inspected_on for one in found]
    return int(sum(day.toordinal() if day else 0 for day in days) / len(days))


def _find_backlog_week(hours: Decimal, week_hours: Sequence[Decimal]) -> int:
    """The week in which crews have given so many hours to works due already."""
    total = Decimal(0)
    for week, given in enumerate(week_hours, start=1):
        total += given * _BUSY
        if total > hours:
            return week
    return len(week_hours)


def _apply_backlog_window(
    one: Occasion, windows: Mapping[tuple[str, bool], tuple[int, int, int]]
) -> Occasion:
    if not one.backlog:
        return one
    first, last, reached = windows[one.state.insee_code, one.undated]
    works = tuple(_delay_costs(work, reached) if work.undated else work for work in one.works)
    return replace(one, works=works, first=first, last=last, reached=reached)


def _delay_costs(work: Work, due: int) -> Work:
    """What nobody knows to be late costs nothing before its turn, as if *due* were its week."""
    costs = (*work.costs[:1] * (due - 1), *work.costs[: len(work.costs) - due + 1])
    return replace(work, due=due, costs=costs)
