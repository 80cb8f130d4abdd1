"""Whether another caller was there a moment ago: its next request finds its share free."""

from dataclasses import dataclass, field
from math import inf

_LATELY_S = 1.0


@dataclass(slots=True)
class Lately:
    """The caller that came last, and the last one before of another name, with their moments."""

    _last: tuple[str, float] = field(default=("", -inf))
    _other: tuple[str, float] = field(default=("", -inf))

    def add(self, name: str, *, at: float) -> None:
        """*name* asks for something."""
        if name != self._last[0]:
            self._other = self._last
        self._last = name, at

    def others_than(self, name: str, *, at: float) -> bool:
        """Whether one of another name asked for something within the last second."""
        _, moment = self._other if name == self._last[0] else self._last
        return at - moment < _LATELY_S
