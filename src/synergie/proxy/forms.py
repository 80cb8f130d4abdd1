"""The addresses that give data in a tool's own form, and what they read from the server.

`/grafana/series` and `/grafana/series/{id}` (`.csv` for CSV), `/tables/{noun}.csv` and `.json`,
`/grist/{noun}` and `/grist/series/{id}`.
"""

import json
import re
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

from synergie.client.calls import Noun
from synergie.client.curve_view import CurveView
from synergie.client.relay import Relay, Relayed
from synergie.errors import Unreachable
from synergie.proxy import shapes
from synergie.proxy.said import NO_WINDOW, Opened, Refusal
from synergie.schemas.readings import curve_json

type Begun = tuple[int, str, AsyncIterator[bytes]]
"""Status, media type, body."""
type Row = dict[str, Any]

_OK = 200
_MOST = 64 << 20
_PAGE = "1000"
_BATCH = 64 * 1024
_JSON, _CSV = "application/json", "text/csv; charset=utf-8; header=present"
_SERIES = re.compile(r"/(grafana|grist)/series/([a-z0-9][a-z0-9_-]{2,63})(\.csv)?", re.ASCII)
_LIST = re.compile(r"/grafana/series|/grist/([a-z-]+)|/tables/([a-z-]+)\.(csv|json)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Form:
    """One answer in a tool's form. `begin` reads enough to know the status."""

    begin: Callable[[AsyncExitStack], Any]


@dataclass(frozen=True, slots=True)
class Forms:
    """The forms that one relay gives."""

    relay: Relay
    opened: Opened

    def of(self, path: str, params: Iterable[tuple[str, str]]) -> Form | Refusal | None:
        """What answers at *path*; None when no form has that address."""
        if match := _SERIES.fullmatch(path):
            return self._curve(match, dict(params))
        match = _LIST.fullmatch(path)
        if match is None:
            return None
        noun = shapes.NOUNS.get(match[1] or match[2] or "series")
        if noun is None:
            return None
        kind = "grist" if match[1] else match[3] or "json"
        return Form(lambda stack: self._table(noun, kind, stack))

    def _curve(self, match: re.Match[str], asked: dict[str, str]) -> Form | Refusal | None:
        tool, series, csv = match.groups()
        if tool == "grist" and csv:
            return None
        start, end = (shapes.parse_grafana_time(asked.get(name, "")) for name in ("from", "to"))
        if start is None or end is None:
            return Refusal(400, NO_WINDOW)
        params = [
            ("start", curve_json.instant_text(start)),
            ("end", curve_json.instant_text(end)),
            *self._under(),
        ]
        if grain := asked.get("granularity"):
            params.append(("granularity", grain))
        kind = "csv" if csv or asked.get("format") == "csv" else tool
        return Form(lambda stack: self._read(series, params, kind, stack))

    def _under(self) -> list[tuple[str, str]]:
        return [] if self.opened.agreement is None else [("agreement", self.opened.agreement)]

    async def _read(
        self, series: str, params: list[tuple[str, str]], kind: str, stack: AsyncExitStack
    ) -> Begun:
        answer = await stack.enter_async_context(
            await self.relay.read(f"/v1/series/{series}/curve", params)
        )
        if answer.status != _OK:
            return _as_it_is(answer)
        view = CurveView(curve_json.decode_extract(await answer.read_body(_MOST)))
        rows = shapes.points(view)
        if kind == "csv":
            return _OK, _CSV, _join_lines(shapes.as_csv(rows, ("time", "value")))
        if kind == "grist":
            named = ({"series": series, **row, "unit": view.extract.unit} for row in rows)
            return _OK, _JSON, _join_lines(shapes.render_upserts(named, ("series", "time")))
        return _OK, _JSON, _join_lines(shapes.as_json(rows))

    async def _table(self, noun: Noun[Any], kind: str, stack: AsyncExitStack) -> Begun:
        answer = await stack.enter_async_context(await self._page(noun, None))
        if answer.status != _OK:
            return _as_it_is(answer)
        first = _parse_page_items(await answer.read_body(_MOST))
        pages = self._pages(noun, *first)
        if kind == "csv":
            return _OK, _CSV, _table_csv(noun, pages)
        wrapped = kind == "grist"
        return _OK, _JSON, _table_json(noun, pages, grist=wrapped)

    async def _pages(
        self, noun: Noun[Any], items: list[Row], after: str | None
    ) -> AsyncIterator[list[Row]]:
        yield items
        while after is not None:
            async with await self._page(noun, after) as answer:
                if answer.status != _OK:
                    raise Unreachable(f"status {answer.status} in the middle of a table")
                items, after = _parse_page_items(await answer.read_body(_MOST))
            yield items

    async def _page(self, noun: Noun[Any], after: str | None) -> Relayed:
        params = [("limit", _PAGE), *self._under()]
        if after is not None:
            params.append(("after", after))
        return await self.relay.read(f"/v1/{noun.path}", params)


def _as_it_is(answer: Relayed) -> Begun:
    kinds = [value for name, value in answer.headers if name.lower() == "content-type"]
    return answer.status, kinds[0] if kinds else _JSON, answer.pieces()


def _parse_page_items(content: bytes) -> tuple[list[Row], str | None]:
    page = json.loads(content)
    return page["items"], page["next"]


async def _table_csv(noun: Noun[Any], pages: AsyncIterator[list[Row]]) -> AsyncIterator[bytes]:
    names = shapes.list_model_columns(noun.record)
    yield shapes.format_csv_line(names)
    async for items in pages:
        rows = (shapes.flatten_record(item, noun.record) for item in items)
        yield b"".join(shapes.format_csv_line([row[name] for name in names]) for row in rows)


async def _table_json(
    noun: Noun[Any], pages: AsyncIterator[list[Row]], *, grist: bool
) -> AsyncIterator[bytes]:
    """One array over all pages: each page's array is opened and closed away."""
    start, end = (b'{"records":[', b"]}") if grist else (b"[", b"]")
    yield start
    between = b""
    async for items in pages:
        rows = (shapes.flatten_record(item, noun.record) for item in items)
        made = shapes.render_upserts(rows, ("id",)) if grist else shapes.as_json(rows)
        inner = b"".join(made).removeprefix(start).removesuffix(end)
        if inner:
            yield between + inner
            between = b",\n"
    yield end


async def _join_lines(lines: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Short lines in pieces worth sending."""
    held = bytearray()
    for one in lines:
        held += one
        if len(held) > _BATCH:
            yield bytes(held)
            held.clear()
    yield bytes(held)
