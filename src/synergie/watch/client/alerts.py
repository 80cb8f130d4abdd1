"""Alerts of the watch from a program: `client.alerts`."""

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

from synergie.client.calls import AsyncCall, Call, Listed, Noun, SyncCall
from synergie.client.pages import AsyncPages, Pages
from synergie.client.plan_calls import post
from synergie.schemas.page import Page
from synergie.watch.records.alert import Alert, AlertVerdictRequest, VerdictName

_ALERTS = Noun("alerts", Alert, Page[Alert])


def judge(alert: str, verdict: VerdictName, note: str | None = None) -> Call[Alert]:
    """Say what an alert is; the key only marks it as repeatable, which it is by itself."""
    request = AlertVerdictRequest(verdict=verdict, note=note)
    return post(f"/v1/alerts/{alert}/verdict", request, Alert)


def make_ticket(alert: str) -> Call[Alert]:
    """Make a ticket of an alert."""
    return post(f"/v1/alerts/{alert}/ticket", None, Alert)


class Alerts:
    """Alerts of your cabinets, or of those that an agreement opens; iterate it for your own.

    for one in client.alerts: print(one.sentence)
    """

    def __init__(self, call: SyncCall, pages: Callable[[Listed], Pages[Any]]) -> None:
        self._call, self._pages = call, pages

    def __iter__(self) -> Iterator[Alert]:
        yield from self.all()

    def all(self, *, agreement: str | None = None) -> Pages[Alert]:
        """By id: yours, or those of the cabinets whose raw curves *agreement* opens."""
        return self._pages(_ALERTS.listed(agreement))

    def get(self, alert: str, *, agreement: str | None = None) -> Alert:
        """One alert."""
        return self._call(_ALERTS.get(alert, agreement))

    def judge(self, alert: str, verdict: VerdictName, note: str | None = None) -> Alert:
        """Say that it is true (`acknowledged`), `false`, or explained by `works`."""
        return self._call(judge(alert, verdict, note))

    def make_ticket(self, alert: str) -> Alert:
        """Make a ticket of maintenance of it, once."""
        return self._call(make_ticket(alert))


class AsyncAlerts:
    """The same for asyncio."""

    def __init__(self, call: AsyncCall, pages: Callable[[Listed], AsyncPages[Any]]) -> None:
        self._call, self._pages = call, pages

    async def __aiter__(self) -> AsyncIterator[Alert]:
        async for one in self.all():
            yield one

    def all(self, *, agreement: str | None = None) -> AsyncPages[Alert]:
        """By id: yours, or those of the cabinets whose raw curves *agreement* opens."""
        return self._pages(_ALERTS.listed(agreement))

    async def get(self, alert: str, *, agreement: str | None = None) -> Alert:
        """One alert."""
        return await self._call(_ALERTS.get(alert, agreement))

    async def judge(self, alert: str, verdict: VerdictName, note: str | None = None) -> Alert:
        """Say that it is true (`acknowledged`), `false`, or explained by `works`."""
        return await self._call(judge(alert, verdict, note))

    async def make_ticket(self, alert: str) -> Alert:
        """Make a ticket of maintenance of it, once."""
        return await self._call(make_ticket(alert))
