"""What a person sees while the demonstration runs: steps and bars on the error output."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


def _build_console() -> Console:
    return Console(stderr=True, highlight=False, soft_wrap=True)


@dataclass(frozen=True, slots=True)
class Screen:
    """Steps as lines; bars only on a terminal, so that a pipe gets plain text."""

    console: Console = field(default_factory=_build_console)

    def step(self, text: str) -> None:
        """One thing that begins or is done."""
        self.console.print(text, markup=False)

    def track[T](self, items: Iterable[T], total: int, text: str) -> Iterator[T]:
        """The *items*, each counted on a bar of *total*; the step alone without a terminal."""
        if not self.console.is_terminal:
            self.step(text)
            yield from items
            return
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        with Progress(*columns, TimeElapsedColumn(), console=self.console) as progress:
            task = progress.add_task(text, total=total)
            for item in items:
                yield item
                progress.advance(task)
