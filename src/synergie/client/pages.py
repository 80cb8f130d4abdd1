"""Lists on the server, page after page, for both clients."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

from synergie.schemas.page import Page


class Pages[T]:
    """A list on the server: iterate it for its items, or `pages()` for its pages.

    Nothing is asked before the first item is; each iteration starts from the beginning.
    """

    def __init__(self, read: Callable[[str | None], Page[T]]) -> None:
        self._read = read

    def __iter__(self) -> Iterator[T]:
        for page in self.pages():
            yield from page.items

    def pages(self, after: str | None = None) -> Iterator[Page[T]]:
        """Page after page, from the cursor *after* (the `next` of a page) or the beginning."""
        while True:
            page = self._read(after)
            yield page
            after = page.next
            if after is None:
                return


class AsyncPages[T]:
    """A list on the server: iterate it for its items, or `pages()` for its pages.

    Nothing is asked before the first item is; each iteration starts from the beginning.
    """

    def __init__(self, read: Callable[[str | None], Awaitable[Page[T]]]) -> None:
        self._read = read

    async def __aiter__(self) -> AsyncIterator[T]:
        async for page in self.pages():
            for item in page.items:
                yield item

    async def pages(self, after: str | None = None) -> AsyncIterator[Page[T]]:
        """Page after page, from the cursor *after* (the `next` of a page) or the beginning."""
        while True:
            page = await self._read(after)
            yield page
            after = page.next
            if after is None:
                return
