"""What an optimizer is: one rule that moves a flat array of weights against its gradient, in place."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field, fields
from functools import cache
from typing import Any, ClassVar, Self

import numpy as np

from engine.arrays import Array
from engine.errors import Bug, UserFault
from engine.options import check, describe, option
from engine.registry import Registry

TILE = 16_384  # weights updated at a time once there are more than this can hold in the first cache levels
WHOLE = 49_152  # weights up to which all are updated at once: about the 50,000 that a pilot found
LAST_STEP = "moved"  # how the last step changed the weights, held where the learning rate adapts
State = dict[str, Any]
described = cache(describe)  # resolving type hints takes longer than small networks need for a step


@dataclass
class Optimizer(ABC):
    """A rule such as SGD or Adam, its settings, and the state it gathers from step to step.

    ``step(weights, gradients)`` changes ``weights`` in place; both are float arrays of one shape and dtype, gradients
    are never written to. State begins with the first step and has the weights' shape. After the first step nothing is
    allocated. Settings may be changed between steps (a schedule sets :attr:`lr`). Arrays of shape (K, P) are K
    independent weight vectors; settings may then be (K, 1) arrays (see :meth:`stack`). One thread at a time.

    With ``adapt`` β above 0 the learning rate is itself descended on (hypergradient descent, Baydin et al. 2018, in a
    bounded multiplicative form): before each step it is multiplied by 1 + β cos, cos being that of the angle between
    the downhill direction now and the last movement; :attr:`lr_factor` is the product so far.
    """

    title: ClassVar[str] = ""
    full_batch: ClassVar[bool] = False  # True: meant for the gradient over all rows
    uses_gradients: ClassVar[bool] = True  # False: looks at values of the loss alone
    slots: ClassVar[tuple[str, ...]] = ()  # names of the state arrays, in the order in which rules take them

    lr: float = option(1e-3, label="Learning rate", low=0.0, log=True, help="How far one step moves the weights.")

    _: KW_ONLY
    adapt: float = option(
        0.0,
        label="Rate adaptation",
        low=0.0,
        high=0.1,
        advanced=True,
        help="Lets the learning rate grow while steps keep their direction and shrink while they turn; 0.02 is usual.",
    )
    steps: int = field(default=0, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse a setting outside its range with a sentence."""
        for item in described(type(self)):
            setattr(self, item.name, check(item, getattr(self, item.name)))
        self.lr_factor: Any = 1.0
        self._adapts = False
        self._arrays: dict[str, Array] = {}
        self._weights: Array | None = None
        self._gradients: Array | None = None
        self._tiles: list[tuple[Array, ...]] = []
        self._cells: list[Array] = []
        self._stacked = False

    def step(self, weights: Array, gradients: Array) -> None:
        """Move ``weights`` one step; raises :class:`UserFault` when shapes or dtypes do not fit each other."""
        if weights is not self._weights or gradients is not self._gradients:
            self._bind_arrays(weights, gradients)
        self.steps += 1
        if self._adapts:
            self._step_adapted(weights, gradients)
            return
        self._prepare_step()
        for tile in self._tiles:
            self._update_tile(*tile)

    def arrange(self, shapes: Sequence[tuple[int, ...]]) -> None:  # noqa: B027  (most rules see no shapes)
        """Hear of which shapes the model's arrays are that the flat weights hold one after the other.

        Vectors (n,) and matrices (in, out). Rules that look at whole matrices need it.
        """

    def fresh(self) -> Self:
        """A copy with the same settings and no state."""
        return type(self)(**self.settings())

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """The settings by name, as scikit-learn asks for them to name them ``optimizer__lr``."""
        return self.settings()

    def set_params(self, **params: object) -> Self:
        """Change settings; raises :class:`UserFault` for an unknown one, and for a value outside its range."""
        set_settings(self, params)
        return self

    def __sklearn_clone__(self) -> Self:
        """A copy with the same settings, as scikit-learn wants it for a new fit."""
        return self.fresh()

    def settings(self) -> dict[str, Any]:
        """The settings by name, as :class:`engine.options` describes them."""
        return {item.name: getattr(self, item.name) for item in fields(self) if item.init}

    def state(self) -> State:
        """A copy of everything that the next step depends on, besides weights and gradients."""
        numbers = {"steps": self.steps, "lr": self.lr, "gain": self.lr_factor}
        return {**numbers, **{name: array.copy() for name, array in self._arrays.items()}}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over a copy made by :meth:`state`; the following steps are the ones that would have followed there."""
        self.steps = int(state["steps"])
        self.lr, self.lr_factor = state["lr"], state["gain"]
        self._arrays = {name: np.array(state[name]) for name in (*self.slots, LAST_STEP) if name in state}
        self._unbind_arrays()

    def reset(self) -> None:
        """Forget all state, keep the settings."""
        self.steps, self.lr_factor = 0, 1.0
        self._arrays = {}
        self._unbind_arrays()

    @classmethod
    def stack(cls, members: Sequence[Optimizer]) -> Self:
        """One optimizer for K weight vectors of shape (K, P): member k's numbers for row k.

        Members must be of this class and agree in every setting that is not a float (such as ``nesterov``).
        """
        whole = cls(**members[0].settings())
        for item in described(cls):
            values = [getattr(member, item.name) for member in members]
            if all(value == values[0] for value in values):
                continue
            if item.kind is not float:
                raise Bug(f"{cls.__name__} cannot be stacked over different values of {item.name}")
            setattr(whole, item.name, np.array(values, dtype=float)[:, None])
        return whole

    def keep_rows(self, rows: Sequence[int]) -> None:
        """Of a stack, keep only these rows' settings and state."""
        for name, value in self.settings().items():
            if isinstance(value, np.ndarray):
                setattr(self, name, np.ascontiguousarray(value[rows]))
        if isinstance(self.lr_factor, np.ndarray):
            self.lr_factor = self.lr_factor[rows]
        self._arrays = {name: np.ascontiguousarray(array[rows]) for name, array in self._arrays.items()}
        self._unbind_arrays()

    def row(self, number: int) -> State:
        """Of a stack, one row's state, for :meth:`restore` of an optimizer of its own."""
        held = {name: np.ascontiguousarray(array[number]) for name, array in self._arrays.items()}
        return {**_of_row(self.state(), number), **held}

    @abstractmethod
    def _update_tile(self, *tile: Array) -> None:
        """Apply the rule to one tile: weights, gradients, two scratch arrays, then the slots in order."""

    def _prepare_step(self) -> None:  # noqa: B027  (most rules have nothing to prepare)
        """Work out this step's numbers, such as bias corrections, before the tiles are updated."""

    def _unbind_arrays(self) -> None:
        """Other state was put in place: the next step looks at it and at the settings anew."""
        self._weights = self._gradients = None

    def _bind_arrays(self, weights: Array, gradients: Array) -> None:
        _check_pair(weights, gradients)
        self._adapts = bool(np.any(self.adapt))
        for name in (*self.slots, *((LAST_STEP,) if self._adapts else ())):
            held = self._arrays.get(name)
            if held is None:
                self._arrays[name] = np.zeros_like(weights)
            elif held.shape != weights.shape:
                raise UserFault(
                    f"The optimizer holds state for weights of shape {held.shape} and was given shape {weights.shape}.",
                    "Use a fresh optimizer for each set of weights.",
                )
            elif held.dtype != weights.dtype:
                self._arrays[name] = held.astype(weights.dtype)
        self._stacked = any(isinstance(value, np.ndarray) for value in self.settings().values())
        self._cells = [np.zeros((), weights.dtype) for _ in range(4)]
        self._cut_tiles(weights, gradients)
        self._weights, self._gradients = weights, gradients

    def _step_adapted(self, weights: Array, gradients: Array) -> None:
        moved = self._arrays[LAST_STEP]
        if self.steps > 1:
            overlap, downhill, last = (_row_dot(*pair) for pair in ((gradients, moved), (gradients,) * 2, (moved,) * 2))
            cosine = -overlap / np.sqrt(np.maximum(downhill * last, float(np.finfo(weights.dtype).tiny)))
            if weights.ndim == 1:
                cosine = float(cosine)  # NumPy's own float64 would draw float32 weights through double precision
            self.lr_factor = self.lr_factor * (1.0 + self.adapt * cosine)
        np.copyto(moved, weights)
        given = self.lr
        self.lr = given * self.lr_factor
        self._prepare_step()
        for tile in self._tiles:
            self._update_tile(*tile)
        self.lr = given
        np.subtract(weights, moved, out=moved)

    def _as_cells(self, *numbers: object) -> Sequence[Any]:
        """Up to four numbers as 0-d arrays of the weights' dtype, which NumPy takes faster than Python's floats.

        A stack's numbers that differ by row stay arrays (K, 1).
        """
        if self._stacked:
            return [np.asarray(number, cell.dtype) for cell, number in zip(self._cells, numbers, strict=False)]
        for cell, number in zip(self._cells, numbers, strict=False):
            cell.fill(number)
        return self._cells

    def _cut_tiles(self, weights: Array, gradients: Array) -> None:
        columns = weights.shape[-1]
        # Slices of a stack's rows lie apart in memory; cutting them costs more than the cache gives back.
        width = columns if weights.ndim > 1 or columns <= WHOLE else TILE
        scratch = np.empty((2, *weights.shape[:-1], min(width, columns)), dtype=weights.dtype)
        arrays = [weights, gradients, *(self._arrays[name] for name in self.slots)]
        self._tiles = []
        for start in range(0, columns, max(1, width)):
            parts = [array[..., start : start + width] for array in arrays]
            here = parts[0].shape[-1]
            self._tiles.append((parts[0], parts[1], scratch[0, ..., :here], scratch[1, ..., :here], *parts[2:]))


def set_settings(item: Any, values: Mapping[str, object]) -> None:
    """Set the described settings of an optimizer or a schedule; all of them, or none where one is refused."""
    kind: type = type(item)
    known = {one.name: one for one in described(kind)}
    checked = {}
    for name, value in values.items():
        if name not in known:
            raise UserFault(f"{type(item).__name__} has no setting {name!r}.", f"It has: {', '.join(known)}.")
        checked[name] = check(known[name], value)
    for name, value in checked.items():
        setattr(item, name, value)
    item.__post_init__()


def narrowed(number: Any, dtype: Any) -> Any:
    """A number, or a stack's numbers (K, 1) in the weights' dtype.

    A stack holds its settings in double precision, as one weight vector does, so that both round once and alike;
    another dtype in the passes over the weights would convert these in every step.
    """
    return number.astype(dtype) if isinstance(number, np.ndarray) else number


def scale(array: Array, by: object, out: Array) -> None:
    """``out ← by · array``."""
    np.multiply(array, narrowed(by, array.dtype), out=out)


def _row_dot(left: Array, right: Array) -> Any:
    """The inner product: a float, or one for each row of a stack (K, 1)."""
    if left.ndim == 1:
        return float(left @ right)
    return np.array([[float(a @ b)] for a, b in zip(left, right, strict=True)])  # summed as for each alone


def _check_pair(weights: Array, gradients: Array) -> None:
    floats = isinstance(weights, np.ndarray) and weights.ndim >= 1 and np.issubdtype(weights.dtype, np.floating)
    if not floats:
        raise UserFault("Weights must be a NumPy array of floats.", "Convert them with numpy.asarray(weights, float).")
    if not isinstance(gradients, np.ndarray) or gradients.shape != weights.shape or gradients.dtype != weights.dtype:
        raise UserFault(
            "Weights and gradients differ in shape or dtype.", "Give gradients of the same shape and dtype as weights."
        )


def _of_row(state: State, number: int) -> State:
    return {
        name: float(value[number, 0]) if isinstance(value, np.ndarray) and value.shape[-1:] == (1,) else value
        for name, value in state.items()
    }


def decayed(weights: Array, gradients: Array, decay: object, out: Array) -> Array:
    """``gradients + decay · weights`` in ``out`` (coupled weight decay, an L2 penalty); gradients where decay is 0."""
    if isinstance(decay, float) and decay == 0.0:
        return gradients
    scale(weights, decay, out)
    np.add(out, gradients, out=out)
    return out


def weight_decay(default: float = 0.0, kind: str = "coupled") -> Any:
    """The option that most optimizers share."""
    words = {
        "coupled": "Adds this times the weight to its gradient: an L2 penalty.",
        "decoupled": "Shrinks each weight by this times the learning rate, apart from the gradient.",
    }[kind]
    return option(default, label="Weight decay", low=0.0, help=words, log=True)


def momentum_option(default: float) -> Any:
    """The share of the last step's velocity that is kept."""
    return option(default, label="Momentum", low=0.0, high=1.0, help="Share of the previous velocity that is kept.")


def beta_option(default: float, number: int, of: str) -> Any:
    """A decay rate of a running average."""
    return option(default, label=f"Beta {number}", low=0.0, high=0.999999, help=f"Memory of {of}.", advanced=True)


def epsilon_option(default: float) -> Any:
    """The small number that keeps a division finite."""
    return option(
        default, label="Epsilon", low=0.0, high=1.0, help="Added to the divisor to keep it from zero.", advanced=True
    )


__all__ = [
    "Array",
    "Optimizer",
    "State",
    "beta_option",
    "decayed",
    "epsilon_option",
    "momentum_option",
    "narrowed",
    "scale",
    "set_settings",
    "weight_decay",
]


registry: Registry[Optimizer] = Registry(
    __name__.rpartition(".")[0], "optimizer", Optimizer, skip=("base", "blocks", "clipping", "minimizer", "schedules")
)
"""Stands beside what its members derive from, so that none of them imports the package that lists them."""
