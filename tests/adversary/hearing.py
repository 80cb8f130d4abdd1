"""What is heard: every number of every answer, held against the sums that it may be.

An answer is a text of any form: JSON, lines of JSON, a table, a page in French. Each number in it
is looked up among the sums of readings that exist; what is found is an equation that its reader
has. Values are random and long, so that no number is one of them by chance.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from tests.adversary.coalitions import Leak, Log
from tests.adversary.elimination import Number
from tests.adversary.rules import Wh

LEAST = 2**36
"""Wh: readings are above it, and no count, moment or identifier is looked for among them."""
_SCALES = (1, 1_000, 1_000_000, 1_000_000_000)
_NUMBER = re.compile("\\d(?:[\\d\u202f\u00a0]*\\d)?(?:[.,]\\d+)?")
_SUMS = {"energy_wh", "values"}
"""Members of JSON whose numbers must be sums that are known."""


@dataclass
class Hearing:
    """Who heard what. `sums`: each sum of readings that exists, by its value."""

    log: Log[Wh]
    sums: dict[int, Mapping[Wh, Number]] = field(default_factory=dict)
    leaks: list[Leak[Wh]] = field(default_factory=list)
    heard: set[tuple[str, int]] = field(default_factory=set)
    waiting: dict[int, str] = field(default_factory=dict)
    """Sums that wait for a signature, or a month, and who alone may hear them."""

    def hear(self, reader: str, source: str, text: str) -> int:
        """*reader* was answered *text*; how many sums are in it."""
        found = 0
        for name, number in read_numbers(text):
            value = self._find(number)
            if value is not None:
                found += 1
                self._write(reader, source, value)
            elif name in _SUMS and number >= LEAST:
                reason = f"{source}: {number} is no sum of readings that are known"
                self.leaks.append(Leak((reader,), {}, reason))
        return found

    def _find(self, number: Decimal) -> int | None:
        for scale in _SCALES:
            whole = round(number * scale)
            if abs(number * scale - whole) < Decimal("0.01") and whole in self.sums:
                return whole
        return None

    def _write(self, reader: str, source: str, value: int) -> None:
        if (reader, value) not in self.heard:
            self.heard.add((reader, value))
            if self.waiting.get(value, reader) != reader:
                reason = f"{source}: told before its time"
                self.leaks.append(Leak((reader,), dict.fromkeys(self.sums[value], 1), reason))
            self.log.write(self.sums[value], value, source=source, readers=[reader])


def read_numbers(text: str) -> Iterator[tuple[str, Decimal]]:
    """Every number in *text*, with the name of the member of JSON that it is in; else empty."""
    for part in _documents(text):
        if isinstance(part, str):
            yield from (("", number) for number in _spoken(part))
        else:
            yield from _walk("", part)


def _documents(text: str) -> Iterator[object]:
    """The whole as JSON, or each line that is, or the text."""
    for some in ([text], text.splitlines()):
        try:
            yield from [json.loads(one, parse_float=Decimal) for one in some if one.strip()]
        except ValueError:
            continue
        return
    yield text


def _walk(name: str, told: object) -> Iterator[tuple[str, Decimal]]:
    if isinstance(told, Mapping):
        for key, value in told.items():
            yield from _walk(str(key), value)
    elif isinstance(told, list):
        for value in told:
            yield from _walk(name, value)
    elif isinstance(told, str):
        yield from (("", number) for number in _spoken(told))
    elif isinstance(told, int | Decimal) and not isinstance(told, bool):
        yield name, Decimal(told)


def _spoken(text: str) -> Iterator[Decimal]:
    for one in _NUMBER.findall(text):
        yield Decimal(re.sub("[\u202f\u00a0]", "", one).replace(",", "."))
