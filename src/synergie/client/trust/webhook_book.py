"""Webhooks of one's own organisation on a server: registered, looked at, rotated, removed."""

from collections.abc import Callable, Iterable
from typing import Any

from synergie.client._bodies import BytesBody
from synergie.client.calls import AsyncCall, Call, Listed, Noun, SyncCall, idempotency_key, model_of
from synergie.client.pages import AsyncPages, Pages
from synergie.schemas.change import ChangeKind
from synergie.schemas.page import Page
from synergie.schemas.trust.webhook import Delivery, SignatureKind, Webhook, WebhookRecord

_HOOKS = Noun("webhooks", Webhook, Page[Webhook])


class Webhooks:
    """Addresses of yours that are told what changes: `client.webhooks`.

    hook = client.webhooks.register("https://partner.example/synergie")
    hook.key                    # what `synergie.client.trust.webhooks` verifies with
    """

    def __init__(self, call: SyncCall, pages: Callable[[Listed], Pages[Any]]) -> None:
        self._call, self._pages = call, pages

    def register(
        self, url: str, *, signature: SignatureKind = "v1a", kinds: Iterable[ChangeKind] = ()
    ) -> Webhook:
        """Register *url*, which must echo; again, with other *kinds*, to change or to open it.

        *kinds*: which kinds of change are told; none given means all. BadInput when it does not
        echo or may not be called.
        """
        return self._call(register(url, signature, kinds))

    def list(self) -> Pages[Webhook]:
        """Your organisation's webhooks, those disabled with the reason."""
        return self._pages(_HOOKS.listed(None))

    def get(self, webhook: str) -> Webhook:
        """One webhook."""
        return self._call(_HOOKS.get(webhook))

    def rotate(self, webhook: str) -> Webhook:
        """Give it a new key; the one before signs, too, for 7 days.

        Let your receiver trust both, then the new one alone.
        """
        return self._call(rotate(webhook))

    def remove(self, webhook: str) -> None:
        """Send it nothing any more."""
        self._call(remove(webhook))

    def test(self, webhook: str) -> Delivery:
        """Have a message sent that tells nothing; `deliveries` says what came of it."""
        return self._call(test(webhook))

    def deliveries(self, webhook: str) -> Pages[Delivery]:
        """Its messages of the last 30 days, the newest first, and what became of each."""
        return self._pages(deliveries(webhook))


class AsyncWebhooks:
    """The same as Webhooks, awaited."""

    def __init__(self, call: AsyncCall, pages: Callable[[Listed], AsyncPages[Any]]) -> None:
        self._call, self._pages = call, pages

    async def register(
        self, url: str, *, signature: SignatureKind = "v1a", kinds: Iterable[ChangeKind] = ()
    ) -> Webhook:
        """As `Webhooks.register`."""
        return await self._call(register(url, signature, kinds))

    def list(self) -> AsyncPages[Webhook]:
        """As `Webhooks.list`."""
        return self._pages(_HOOKS.listed(None))

    async def get(self, webhook: str) -> Webhook:
        """As `Webhooks.one`."""
        return await self._call(_HOOKS.get(webhook))

    async def rotate(self, webhook: str) -> Webhook:
        """As `Webhooks.rotate`."""
        return await self._call(rotate(webhook))

    async def remove(self, webhook: str) -> None:
        """As `Webhooks.remove`."""
        await self._call(remove(webhook))

    async def test(self, webhook: str) -> Delivery:
        """As `Webhooks.test`."""
        return await self._call(test(webhook))

    def deliveries(self, webhook: str) -> AsyncPages[Delivery]:
        """As `Webhooks.deliveries`."""
        return self._pages(deliveries(webhook))


def register(url: str, signature: SignatureKind, kinds: Iterable[ChangeKind]) -> Call[Webhook]:
    """Register an address; the key only marks it as repeatable, which it is by itself."""
    record = WebhookRecord(url=url, signature=signature, kinds=tuple(kinds))
    body = BytesBody(record.model_dump_json().encode(), "application/json")
    return Call(
        method="POST",
        path="/v1/webhooks",
        body=body,
        key=idempotency_key(None),
        parse=model_of(Webhook),
    )


def rotate(webhook: str) -> Call[Webhook]:
    """Make a new key: each call makes another, its repetitions do not."""
    asked = _HOOKS.get(webhook)
    path = f"{asked.path}/rotate"
    return Call(method="POST", path=path, key=idempotency_key(None), parse=asked.parse)


def remove(webhook: str) -> Call[None]:
    """Remove a webhook."""
    return Call(method="DELETE", path=_HOOKS.get(webhook).path, parse=lambda _: None)


def test(webhook: str) -> Call[Delivery]:
    """Have a test message sent: each call sends another, its repetitions do not."""
    path = f"{_HOOKS.get(webhook).path}/test"
    return Call(method="POST", path=path, key=idempotency_key(None), parse=model_of(Delivery))


def deliveries(webhook: str) -> Listed:
    """From a cursor to the call of that page of messages."""
    path = f"{_HOOKS.get(webhook).path.removeprefix('/v1/')}/deliveries"
    return Noun(path, Delivery, Page[Delivery]).listed(None)
