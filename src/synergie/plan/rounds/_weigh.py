"""What counts beside the cost of rounds: work that is left, and work that moves."""

from dataclasses import dataclass, field

from synergie.plan.rounds._case import Case


@dataclass(frozen=True)
class Weigh:
    """Weights in parts of a euro."""

    case: Case
    dear: int
    """Of a job that must be done and is left."""
    usual: dict[int, int] = field(default_factory=dict)
    """Duty of each job in the plan told before. Empty: a first plan."""
    move: int = 0
    """Of a job that changes its duty."""

    @staticmethod
    def of(case: Case) -> "Weigh":
        """The weights of a first plan."""
        return Weigh(case, case.dear())

    def left(self, job: int) -> int:
        """Weight of leaving *job*."""
        skip = self.case.jobs[job].skip
        return (self.dear if skip is None else skip) + self._moved(job)

    def there(self, job: int, duty: int) -> int:
        """Weight of having *job* in *duty*, its way and time left aside."""
        usual = self.usual.get(job)
        return 0 if usual is None or usual == duty else self.move

    def _moved(self, job: int) -> int:
        return self.move if job in self.usual else 0
