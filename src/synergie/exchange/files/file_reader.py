"""Who does the tasks on a file: this process, or one of its own with limits (`limited_reader`)."""

from decimal import Decimal
from typing import BinaryIO, Protocol

from synergie.exchange.files._counted_file import count_file_progress
from synergie.exchange.files.file_tasks import Clerk, Task


class FileReader(Protocol):
    """Does a task on a file."""

    def run[OrderT, AnswerT](
        self, task: Task[OrderT, AnswerT], source: BinaryIO, order: OrderT, clerk: Clerk
    ) -> AnswerT:
        """The answer of *task* on the whole of *source*, wherever it stands; at its start after.

        Errors of the task, as it raises them; TooLarge for a file over the limits of the reader.
        """
        ...


class DirectReader:
    """Reads in this process, without limits: for the files of whoever runs it."""

    def run[OrderT, AnswerT](
        self, task: Task[OrderT, AnswerT], source: BinaryIO, order: OrderT, clerk: Clerk
    ) -> AnswerT:
        """As `FileReader` has it."""
        source.seek(0)
        try:
            return task(count_file_progress(source, clerk.progress), order, clerk)
        finally:
            source.seek(0)


class NoClerk:
    """For tasks that ask nothing and tell nothing."""

    def open(self, form: str, digest: str) -> bool:  # noqa: ARG002 (as Clerk)
        """Any file is read."""
        return True

    def subscribed(self, key: str) -> Decimal | None:
        """Nothing is known."""

    def keep(self, pack: bytes) -> None:
        """Nothing is wanted."""

    def reserve(self, size: int) -> None:
        """Small answers."""

    def progress(self, share: float) -> None:
        """Nobody looks."""
