"""Exports that a partner makes under an agreement by the day, while the hours come and change."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from tests.adversary.coalitions import Leak
from tests.adversary.hearing import LEAST, Hearing
from tests.adversary.rules import Wh
from tests.adversary.served_joint import HOUR, HOURS
from tests.server.place import Member, active, curve, point, series

_CODE = "99000008000001"
_BEGIN = datetime(2026, 10, 31, 23, tzinfo=UTC)
"""Midnight of a day in Paris."""
_END = _BEGIN + timedelta(hours=HOURS)
_KINDS = {"kinds": ["supply_points", "series", "curves"], "start": "2026-10-01T00:00:00Z"}
_PARIS = ZoneInfo("Europe/Paris")


@dataclass
class DayExport:
    """The hours of one day of *owner*'s, and what *reader* takes away of them."""

    random: Random
    hearing: Hearing
    owner: Member
    reader: Member
    series: str = ""
    agreement: str = ""
    closed: bool = False
    hours: list[Wh | None] = field(default_factory=lambda: [None] * HOURS)
    exports: list[str] = field(default_factory=list)
    published: dict[int, datetime] = field(default_factory=dict)
    """Sums that come with the month after: when they were deposited."""

    @property
    def now(self) -> datetime:
        return self.owner.place.clock.now

    def begin(self) -> str:
        """A day is measured but for an hour or two, opened as one, and taken."""
        made = self.owner.made("/v1/supply-points", point(_CODE, usage="building"))
        hourly = {"quantity": "active_energy", "form": "interval_energy", "unit": "Wh"}
        (self.series,) = self.owner.made("/v1/series", series(_CODE, **hourly))
        self._measure(self.random.sample(range(HOURS), HOURS - self.random.choice([0, 1, 2])))
        agreed = {"supply_points": made}
        self.agreement = active(
            self.owner, self.reader, selector=agreed, datasets=["consumption"], granularity="day"
        )
        return f"a day is opened to {self.reader.organisation}: {self.take()}"

    def go_on(self, reader: Member) -> str:
        """An hour comes, or comes anew; or the agreement ends. Then another export."""
        if self.random.random() < 0.2:
            return self.end()
        holes = [hour for hour, one in enumerate(self.hours) if one is None]
        again = not holes or self.random.random() < 0.4
        hour = self.random.randrange(HOURS) if again else self.random.choice(holes)
        self._measure([hour])
        return f"hour {hour} comes: {self.take()}"

    def take(self) -> int:
        """The reader makes an export, as JSON or as a table."""
        form = self.random.choice(["ndjson", "csv"])
        body = _KINDS | {"end": "2026-11-20T00:00:00Z", "agreement": self.agreement}
        answer = self.reader.post("/v1/exports", body | {"curves_as": form})
        if answer.status_code == 201:
            self.exports.append(f"/v1/exports/{answer.json()['id']}/files/curves.{form}")
            self._hold_freshness()
        return answer.status_code

    def _hold_freshness(self) -> None:
        """The day is fresh once it is read, whatever came of it before; told alike everywhere."""
        asked, window = f"agreement={self.agreement}", f"start={_text(_BEGIN)}&end={_text(_END)}"
        read = self.reader.get(f"/v1/series/{self.series}/curve?{asked}&{window}").json()
        told = [read["freshness"]]
        told += self.reader.get(f"/v1/freshness?{asked}").json()["items"]
        told += [one["freshness"] for one in self.reader.get(f"/v1/series?{asked}").json()["items"]]
        is_read = any(value is not None for run in read["runs"] for value in run["values"])
        ends = {one["last_reading"] for one in told}
        if ends != {_text(_END) if is_read else None}:
            reason = f"fresh until {ends}, a day that is {'' if is_read else 'not '}read"
            self.hearing.leaks.append(Leak((self.reader.organisation,), {}, reason))

    def end(self) -> str:
        """The agreement is revoked: no file of before is handed out any more."""
        self.closed = True
        told = self.owner.act(self.agreement, "revoke").status_code
        for path in self.exports:
            if self.reader.get(path).status_code == 200:
                reason = "an export is read after its agreement ended"
                self.hearing.leaks.append(Leak((self.reader.organisation,), {}, reason))
        return f"the day is closed: {told}"

    def paths(self, member: Member) -> Iterator[str]:
        """The newest export."""
        for value, then in [*self.published.items()]:
            if then.astimezone(_PARIS).month != self.now.astimezone(_PARIS).month:
                self.hearing.waiting.pop(value, None)
                del self.published[value]
        if member is self.reader:
            yield from self.exports[-1:]

    def _measure(self, hours: list[int]) -> None:
        """New readings of *hours*; of a day that was whole, what they make waits for its month."""
        whole = None not in self.hours
        for hour in hours:
            last = self.hours[hour]
            one = Wh(HOUR, hour, 0 if last is None else last.version + 1)
            value = self.random.randrange(LEAST, 4 * LEAST)
            self.hours[hour] = one
            self.hearing.log.values[one] = value
            self.hearing.log.known[self.owner.organisation].add(one)
            self.hearing.sums[value] = {one: 1}
        self._deposit(min(hours), max(hours))
        there = [one for one in self.hours if one is not None]
        total = sum(self.hearing.log.values[one] for one in there)
        self.hearing.sums[total] = dict.fromkeys(there, 1)
        if whole:
            self.hearing.waiting[total] = self.owner.organisation
            self.published[total] = self.now

    def _deposit(self, first: int, last: int) -> None:
        """The hours from *first* to *last* as they are, in one curve: null where there is none."""
        start = _text(_BEGIN + timedelta(hours=first))
        some = self.hours[first : last + 1]
        values = [None if one is None else self.hearing.log.values[one] for one in some]
        body = curve(self.series, start=start, step="PT1H", unit="Wh", values=values)
        answer = self.owner.post("/v1/curves", body)
        assert answer.status_code == 201, answer.text


def _text(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
