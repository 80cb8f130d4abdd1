"""Refusals as bytes that are ready: no request object, no middleware, one line in the log a second.

A refusal that costs 6 % of a served request leaves 43 % of the peak at ten times it; at 2 % it
leaves 80 %.
"""

import asyncio
import random
import re
import secrets
from collections import Counter, OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import Scope

from synergie.errors import Overloaded, SynergieError, TooManyRequests
from synergie.server.answer_headers import TRACE_ID, fill_headers
from synergie.server.capacity.rank import Rank
from synergie.server.log import logger
from synergie.server.problems import Problems, seconds_of

_MOST = 256
_LONGEST_S = 3600
_TELL_S = 1.0
_PAGE = re.compile(rb"(?:^|[,;&? ])lang=en(?:$|[,;&])")
_HERE = "/-"
"""A path that is no page's: its link is to where the reader is."""

_TRACE = f"{TRACE_ID.lower()}: ".encode()

type Draw = Callable[[Scope, SynergieError], Response | None]


@dataclass(frozen=True, slots=True)
class Refused:
    """A request that is refused: why, and how its answer is to be written."""

    error: Overloaded | TooManyRequests
    reason: str
    """For the log: `quota`, `capacity`, `late` or `connections`."""
    method: bytes = b"GET"
    lang: str = ""
    """`fr` or `en`: a page in it, for a person. Empty: a problem document."""
    close: bool = False


@dataclass(slots=True)
class Refusals:
    """Makes each kind of refusal once; `draw` makes the page of a person."""

    problems: Problems
    draw: Draw
    https: bool
    app: Any = None
    count: Callable[[str], None] | None = None
    """Is told the reason of each refusal."""
    _made: OrderedDict[tuple[object, ...], tuple[bytes, bytes]] = field(default_factory=OrderedDict)
    told: Counter[str] = field(default_factory=Counter)
    """How many were refused since the last line, by reason and rank."""

    def bytes_of(self, refused: Refused, date: list[tuple[bytes, bytes]]) -> bytes:
        """The whole answer to *refused*; *date*: headers that change with time."""
        seconds = min(seconds_of(refused.error.retry_after), _LONGEST_S)
        head_only, safe = refused.method == b"HEAD", refused.method in (b"GET", b"HEAD")
        key = (refused.error.code, seconds, head_only, safe, refused.lang, refused.close)
        made = self._made.get(key)
        if made is None:
            made = self._made[key] = self._make(refused, seconds, safe=safe)
            if len(self._made) > _MOST:
                self._made.popitem(last=False)
        head, body = made
        dated = b"".join([b"%s: %s\r\n" % one for one in date])
        return b"%s%s%s%s\r\n\r\n%s" % (head, dated, _TRACE, secrets.token_hex(16).encode(), body)

    def note(self, rank: Rank, reason: str, state: Callable[[], dict[str, object]]) -> None:
        """Count a refusal; the log is told of all of a second together, with the *state* then."""
        if not self.told:
            asyncio.get_running_loop().call_later(_TELL_S, self._tell, state)
        self.told[f"{reason} {rank.name.lower()}"] += 1
        if self.count is not None:
            self.count(reason)

    def _tell(self, state: Callable[[], dict[str, object]]) -> None:
        told, self.told = self.told, Counter()
        logger().warning("load.refused", refused=dict(sorted(told.items())), **state())

    def _make(self, refused: Refused, seconds: int, *, safe: bool) -> tuple[bytes, bytes]:
        """The head without what changes with time, and the body."""
        answer = self._answer(type(refused.error)(seconds), refused.lang, safe=safe)
        headers = MutableHeaders(raw=answer.raw_headers)
        fill_headers(headers, https=self.https)
        if refused.close:
            headers["Connection"] = "close"
        phrase = HTTPStatus(answer.status_code).phrase
        lines = [f"HTTP/1.1 {answer.status_code} {phrase}".encode()]
        lines += [b"%s: %s" % one for one in headers.raw]
        body = b"" if refused.method == b"HEAD" else bytes(answer.body)
        return b"".join([line + b"\r\n" for line in lines]), body

    def _answer(self, error: SynergieError, lang: str, *, safe: bool) -> Response:
        page = None
        if lang:
            scope = self._scope(lang, safe=safe)
            page = self.draw(scope, error)
        if page is None:
            return self.problems.answer(error)
        page.body = bytes(page.body).replace(f'href="{_HERE}"'.encode(), b'href=""')
        page.headers["Content-Length"] = str(len(page.body))
        return page

    def _scope(self, lang: str, *, safe: bool) -> Scope:
        return {
            "type": "http",
            "method": "GET" if safe else "POST",
            "path": _HERE,
            "query_string": b"",
            "headers": [(b"accept", b"text/html"), (b"cookie", f"lang={lang}".encode())],
            "app": self.app,
            "state": {},
        }


def lang_of(target: bytes, headers: list[tuple[bytes, bytes]]) -> str:
    """The language of the page that a person asks for; empty for a program."""
    accept = next((value for name, value in headers if name == b"accept"), b"")
    if b"text/html" not in accept:
        return ""
    told = b";".join(value for name, value in headers if name == b"cookie")
    return "en" if _PAGE.search(target) or _PAGE.search(told) else "fr"


def build_overloaded_error() -> Overloaded:
    """Come back in one to five seconds, each at another moment."""
    return Overloaded(random.randint(1, 5))  # noqa: S311 (spreads the returns)
