"""Streams of lines that go out: curve after curve, decided again on the way, closed by a last line.

A cut stream has no last line; so a reader always knows whether it has everything.
"""

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from synergie.errors import Overloaded, SynergieError
from synergie.schemas.readings import ndjson
from synergie.schemas.readings.curve import Curve, CurveExtract
from synergie.schemas.readings.curve_json import encode
from synergie.server.house import Services

_CHUNK = 64 * 1024
"""Bytes handed out at once: what a revocation can no longer call back is a few of these."""


@dataclass(slots=True)
class Lines:
    """Curves as NDJSON, in chunks of about 64 KiB; `ask` raises when no more may go out."""

    curves: Iterator[Curve]
    ask: Callable[[], None]
    house: Services
    sent: int = 0
    closed: bool = False

    def chunk(self) -> bytes:
        """The next lines; the last chunk ends with the closing line. Blocks on the store."""
        parts: list[bytes] = []
        size = 0
        self.ask()
        while size < _CHUNK:
            curve = next(self.curves, None)
            if curve is None:
                self.closed = True
                return b"".join(parts) + ndjson.end_line(self.sent)
            parts += (encode(curve), b"\n")
            size += len(parts[-2])
            self.sent += 1
        return b"".join(parts)

    def answer(self) -> StreamingResponse:
        """The stream as an answer; what is refused before its first line is raised here."""
        return StreamingResponse(self._chunks(self.chunk()), media_type=ndjson.MEDIA_TYPE)

    async def _chunks(self, first: bytes) -> AsyncIterator[bytes]:
        yield first
        try:
            while not self.closed:
                if self.house.life.stopping:
                    raise Overloaded(5)
                yield await run_in_threadpool(self.chunk)
        except SynergieError as error:
            yield ndjson.error_line(self.house.problems.document(error).model_dump_json().encode())


def curves_of(extract: CurveExtract) -> Iterator[Curve]:
    """The runs of *extract* as curves; they were checked when they were stored."""
    for run in extract.runs:
        yield Curve.model_construct(
            series=extract.series,
            start=run.start,
            step=run.step,
            unit=extract.unit,
            values=run.values,
            quality=run.quality,
            supersedes=None,
        )
