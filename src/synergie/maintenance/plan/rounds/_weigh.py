"""What counts beside the cost of rounds: work that is left, and work that moves."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from synergie.maintenance.plan.rounds._case import HOUR, MINUTE, Case, Orders
from synergie.maintenance.plan.rounds._rising import out_of_order
from synergie.maintenance.plan.rounds._timetable import build_timetable

LATE_EUR = Decimal(10)
"""What the first minute after a deadline that cannot be kept weighs, EUR; one after an hour weighs
three times as much."""
_LONG = 10**7
"""More than a lateness of two days weighs, in seconds."""


@dataclass(frozen=True)
class Weigh:
    """Weights in parts of a euro."""

    case: Case
    dear: int
    """Of a job that must be done and is left."""
    usual: dict[int, tuple[int, int]] = field(default_factory=dict)
    """Duty and rank of each job in the plan told before. Empty: a first plan."""
    move: int = 0
    """Of a job that changes its duty or its order."""
    due: dict[int, int] = field(default_factory=dict)
    """Last start in time of the jobs that may begin late, s."""
    late: int = 0
    """Of a second of lateness."""

    @staticmethod
    def of(case: Case) -> "Weigh":
        """The weights of a first plan."""
        return Weigh(case, case.dear())

    @staticmethod
    def against(case: Case, orders: Orders, move: int) -> "Weigh":
        """The weights of a plan that is to change *orders* little."""
        usual = {
            job: (duty, rank) for duty, order in enumerate(orders) for rank, job in enumerate(order)
        }
        return Weigh(case, case.dear(), usual, move)

    def opened(self, case: Case, jobs: Iterable[int]) -> "Weigh":
        """The same for *case*, in which *jobs* may begin late at a weight."""
        windows = ((job, self.case.jobs[job].windows) for job in jobs)
        due = {job: spans[-1][1] for job, spans in windows if spans}
        late = int(LATE_EUR * case.per_eur / MINUTE)
        dear = case.dear() + late * _LONG * len(case.jobs)
        return replace(self, case=case, due=due | self.due, late=late, dear=dear)

    def cost_of_leaving(self, job: int) -> int:
        """Weight of leaving *job*."""
        skip = self.case.jobs[job].skip
        return (self.dear if skip is None else skip) + self._moved(job)

    def there(self, job: int, duty: int) -> int:
        """Weight of having *job* in *duty*, its way and time left aside."""
        usual = self.usual.get(job)
        return 0 if usual is None or usual[0] == duty else self.move

    def turned(self, duty: int, order: Sequence[int]) -> int:
        """Weight of the jobs that were in *duty* and are out of their order."""
        if not self.move:
            return 0
        told = (self.usual.get(job) for job in order)
        ranks = [usual[1] for usual in told if usual is not None and usual[0] == duty]
        return self.move * len(out_of_order(ranks))

    def lateness(self, duty: int, order: Sequence[int]) -> int:
        """Weight of the lateness of a round that can be."""
        if not any(job in self.due for job in order):
            return 0
        visits = build_timetable(self.case, self.case.duties[duty], order).visits
        over = (visit.starts - self.due.get(visit.job, visit.starts) for visit in visits)
        return self.late * sum(s + s * s // HOUR for s in over if s > 0)

    def _moved(self, job: int) -> int:
        return self.move if job in self.usual else 0
