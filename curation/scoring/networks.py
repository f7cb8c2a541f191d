"""Edge: networks in ONNX files, run on the CPU.

An ONNX file is a graph of known operators with its weights: reading it runs no code of
its author. One thread by default, so that the same file gives the same numbers whatever
else runs; sums are in another order, and differ in the last digits, on other processors.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from curation.scoring.metric import Failed, Floats

BATCH = 16
"""Pictures or windows of sound that are in memory at a time."""
EXTRA = (
    "needs onnxruntime and tokenizers: pip install 'general-bench-curation[weights]'"
)
_TYPES: Mapping[str, Any] = {
    "tensor(float)": np.float32, "tensor(float16)": np.float16, "tensor(double)": np.float64,
    "tensor(int64)": np.int64, "tensor(int32)": np.int32, "tensor(bool)": np.bool_,
    "tensor(uint8)": np.uint8,
}  # fmt: skip
Shape = tuple[int | None, ...]
"""Sizes by axis; None where any will do. The first axis is the batch."""
SIDE = -1
"""Stands in a shape for the height and width of prepared pictures."""


class Misfit(Exception):
    """A file is no network, or not the one that is needed; the message says why."""


@dataclass(frozen=True)
class Wiring:
    """What a graph takes and gives.

    `takes` are names and shapes of its inputs; a graph may call them otherwise if it has
    as many. `gives` is the name of the output that is used; else it is the first one with
    a rank of `ranks`. `extras` are further inputs that a graph may have.
    """

    takes: tuple[tuple[str, Shape], ...]
    gives: str
    ranks: tuple[int, ...] = (2,)
    extras: tuple[str, ...] = ()

    def sized(self, side: int | None) -> Wiring:
        """Return the same for pictures of *side* pixels, None where they are of any size."""
        return replace(
            self,
            takes=tuple(
                (n, tuple(side if a == SIDE else a for a in s)) for n, s in self.takes
            ),
        )

    def __str__(self) -> str:
        return " and ".join(f"{name} {_shown(shape)}" for name, shape in self.takes)


def _shown(shape: Sequence[Any]) -> str:
    return "x".join(str(n) if isinstance(n, int) else "any" for n in shape) or "?"


@dataclass(frozen=True)
class Network:
    """A graph that fits its wiring, ready to run."""

    name: str
    session: Any
    inputs: tuple[str, ...]
    output: str
    types: Mapping[str, Any]
    fixed: int | None = None
    """The size of the batch, where the graph allows only one."""
    length: int | None = None
    """The size of the second axis of the first input, where the graph allows only one."""

    def __call__(self, *arrays: NDArray[Any], **extras: NDArray[Any]) -> Floats:
        """Run the graph on one batch; extras that it does not have are left out.

        Raises:
            Failed: it fails, or gives numbers that are not finite.
        """
        feed = dict(zip(self.inputs, arrays, strict=True)) | {
            k: v for k, v in extras.items() if k in self.types
        }
        ready = {
            k: np.ascontiguousarray(v, dtype=self.types[k]) for k, v in feed.items()
        }
        try:
            found = self.session.run([self.output], ready)[0]
        except Exception as error:
            # The runtime's exceptions have no common base but this one.
            raise Failed(f"the network {self.name} failed: {line(error)}") from None
        rows = np.asarray(found, dtype=np.float64)
        if not np.isfinite(rows).all():
            raise Failed(f"the network {self.name} gives numbers that are not finite")
        return rows

    def each(self, arrays: Iterable[NDArray[Any]], **extras: NDArray[Any]) -> Floats:
        """Run the graph on arrays without a batch axis, some at a time; one row each.

        Extras are for one array, and the same for all.

        Raises:
            ValueError: there are none.
            Failed: the graph fails.
        """
        rows = []
        for batch in batches(arrays, self.fixed or BATCH):
            more = {k: np.stack([v] * len(batch)) for k, v in extras.items()}
            rows.append(self(np.stack(batch), **more))
        if not rows:
            raise ValueError("no frames")
        return np.concatenate(rows)


def batches(
    arrays: Iterable[NDArray[Any]], most: int = BATCH
) -> Iterator[list[NDArray[Any]]]:
    """Yield neighbours of one shape together, at most so many."""
    held: list[NDArray[Any]] = []
    for array in arrays:
        if held and (len(held) == most or held[0].shape != array.shape):
            yield held
            held = []
        held.append(array)
    if held:
        yield held


def line(error: Exception) -> str:
    """Return the first line of what the runtime says, without its own code and number."""
    text = str(error).strip().splitlines()[0] if str(error).strip() else ""
    return text.rpartition(" : ")[2][:300] or type(error).__name__


def opened(path: Path, wiring: Wiring, threads: int = 1) -> Network:
    """Open an ONNX file, and see that it takes and gives what *wiring* says.

    Raises:
        Misfit: it is no ONNX file, or does not fit; or onnxruntime is not installed.
    """
    try:
        import onnxruntime  # noqa: PLC0415 - an extra, and slow to import
    except ImportError:
        raise Misfit(EXTRA) from None
    if not path.is_file():
        raise Misfit(f"{path} does not exist")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.use_deterministic_compute = True
    options.log_severity_level = 4  # what goes wrong is raised, and told once
    try:
        session = onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"]
        )
    except Exception as error:
        # The runtime's exceptions have no common base but this one.
        raise Misfit(f"{path.name} is no ONNX network: {line(error)}") from None
    return _fitted(path.name, session, wiring)


def _fitted(name: str, session: Any, wiring: Wiring) -> Network:
    has = {i.name: i for i in session.get_inputs()}
    main = [n for n in has if n not in wiring.extras]
    wanted = [n for n, _ in wiring.takes]
    names = wanted if set(wanted) == set(main) else main
    if len(names) != len(wanted):
        raise Misfit(_against(name, wiring, has.values()))
    for given, (_, shape) in zip(names, wiring.takes, strict=True):
        if not _fits(has[given].shape, shape):
            raise Misfit(_against(name, wiring, has.values()))
    unknown = sorted({i.type for i in has.values()} - _TYPES.keys())
    if unknown:
        raise Misfit(
            f"{name}: takes {', '.join(unknown)}, which cannot be made from media"
        )
    first = has[names[0]].shape
    return Network(
        name, session, tuple(names), _output(name, session, wiring),
        {i.name: _TYPES[i.type] for i in has.values()},
        first[0] if isinstance(first[0], int) else None,
        first[1] if isinstance(first[1], int) else None,
    )  # fmt: skip


def _fits(has: Sequence[Any], wanted: Shape) -> bool:
    """Whether a shape of a graph, with ints where it is bound, takes the wanted one."""
    return len(has) == len(wanted) and all(
        not isinstance(h, int) or w is None or h == w
        for h, w in zip(has[1:], wanted[1:], strict=True)
    )


def _against(name: str, wiring: Wiring, inputs: Iterable[Any]) -> str:
    seen = " and ".join(f"{i.name} {_shown(i.shape)}" for i in inputs)
    return f"{name} takes {seen}; expected {wiring}"


def _output(name: str, session: Any, wiring: Wiring) -> str:
    found = session.get_outputs()
    fitting = [o for o in found if not o.shape or len(o.shape) in wiring.ranks]
    named = [o for o in fitting if o.name == wiring.gives]
    if not fitting:
        seen = ", ".join(f"{o.name} {_shown(o.shape)}" for o in found)
        ranks = " or ".join(map(str, wiring.ranks))
        raise Misfit(
            f"{name} gives {seen}; expected {wiring.gives}, or another output of {ranks} dimensions"
        )
    return str((named or fitting)[0].name)
