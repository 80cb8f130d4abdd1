"""A sweep on a Dask cluster given by address; the workers are the cluster's own."""

from collections.abc import Callable, Iterator
from importlib import import_module
from queue import Empty, Queue
from typing import Any

from synergie.errors import MissingExtra, SolverFailed, Unreachable
from synergie.plan.sweep._work import Found, Numbered, Work, answer_case, make_portable

_CONNECT_S = 10
_LOOK_S = 0.2
_DIED = "the worker that computed this case ended"


def run_on_cluster(work: Work, portions: list[list[Numbered]], address: str) -> Iterator[Found]:
    """The answers as they come. A portion whose worker died is done again, case by case."""
    distributed = _import_distributed()
    try:
        client = distributed.Client(address, timeout=_CONNECT_S, set_as_default=False)
    except (OSError, ValueError) as error:
        raise Unreachable("the scheduler of the cluster does not answer") from error
    with client:
        function = client.scatter(work.function, broadcast=True, hash=False)
        lost: list[Numbered] = []
        for portion, future in _iterate_finished_portions(work, client, function, portions):
            if future.status == "finished":
                found = future.result()
                work.advanced(len(found))
                yield from found
            else:
                lost += portion
        for portion, future in _iterate_finished_portions(
            work, client, function, [[one] for one in lost]
        ):
            work.advanced(1)
            if future.status == "finished":
                yield from future.result()
            else:
                yield portion[0][0], None, SolverFailed(_DIED)


def _import_distributed() -> Any:
    try:
        return import_module("distributed")
    except ModuleNotFoundError as error:
        raise MissingExtra("all") from error


def _iterate_finished_portions(
    work: Work, client: Any, function: Any, portions: list[list[Numbered]]
) -> Iterator[tuple[list[Numbered], Any]]:
    """Each portion with its future once that is over, until the sweep is stopped."""
    over: Queue[Any] = Queue()  # the client's own thread tells what is over
    open_ = {}
    for portion in portions:
        future = client.submit(_answer_portion, function, portion, pure=False, retries=0)
        open_[future.key] = portion, future
        future.add_done_callback(over.put)
    while open_ and not work.stopped():
        try:
            key = over.get(timeout=_LOOK_S).key
        except Empty:
            continue
        yield open_.pop(key)
    client.cancel([future for _, future in open_.values()])


def _answer_portion(function: Callable[[Any], Any], portion: list[Numbered]) -> list[Found]:
    """On a worker: the answers of a portion."""
    return [make_portable(answer_case(function, one)) for one in portion]
