"""A bound on the cost of a round that is quick to see: drives, work, and the break if it must."""

from collections.abc import Sequence
from dataclasses import dataclass

from synergie.maintenance.plan.rounds._case import Case, Duty


@dataclass(frozen=True, slots=True)
class Least:
    """What no order of a duty comes below."""

    case: Case
    duty: Duty
    place: int
    away: int
    """Seconds away before anything that is still to be planned."""
    metres: int
    room: int
    """Seconds from then to the latest return."""
    half: int
    """Seconds of drives and work from which on the break falls between them."""
    pause: int
    per_s: int

    @staticmethod
    def of(case: Case, duty: Duty) -> "Least":
        """The bound of a duty."""
        per_s, begun = min(duty.per_s, duty.over_s), duty.begun
        if begun is not None:
            pause = 0 if begun.rested else duty.pause_s
            half = duty.pause_to - begun.ready
            away, room = begun.ready - begun.left, duty.limit - begun.ready
            return Least(case, duty, begun.place, away, begun.metres, room, half, pause, per_s)
        after = duty.limit - max(duty.opens, duty.pause_from + duty.pause_s)
        half = max(after, duty.pause_to - duty.opens)
        room = duty.limit - duty.opens
        return Least(case, duty, duty.start, 0, 0, room, half, duty.pause_s, per_s)

    def cost(self, order: Sequence[int]) -> int | None:
        """The round in this order costs at least this. None: it is too long."""
        jobs, network = self.case.jobs, self.case.network
        place, time, metres = self.place, 0, self.metres
        for number in order:
            job = jobs[number]
            time += network.seconds[place][job.place] + job.service_s
            metres += network.metres[place][job.place]
            place = job.place
        time += network.seconds[place][self.duty.end]
        metres += network.metres[place][self.duty.end]
        if time > self.half:
            time += self.pause
        if time > self.room:
            return None
        return (self.away + time) * self.per_s + metres * self.duty.per_m
