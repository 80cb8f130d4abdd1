"""What counts beside the cost of rounds: work that is left, and work that moves."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from synergie.plan.rounds._case import Case, Orders
from synergie.plan.rounds._rising import out_of_order


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

    def left(self, job: int) -> int:
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

    def _moved(self, job: int) -> int:
        return self.move if job in self.usual else 0
