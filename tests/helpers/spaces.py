"""Hypothesis strategies for search spaces of every kind, conditions included."""

from hypothesis import strategies as st

from engine.space import Categorical, Float, Int, SearchSpace

CHOICES = st.lists(
    st.one_of(st.text(max_size=6), st.booleans(), st.none(), st.integers(-9, 9)), min_size=1, max_size=5, unique_by=repr
)


@st.composite
def floats(draw, when=None):
    log = draw(st.booleans())
    if log:
        low = draw(st.floats(1e-8, 1e3))
        return Float(low, low * draw(st.floats(1.0, 1e6)), log=True, when=when)
    low = draw(st.floats(-1e6, 1e6))
    width = draw(st.floats(0, 1e6))
    step = draw(st.none() | st.floats(0.01, 1.0).map(lambda share: share * width)) if width > 1e-3 else None
    return Float(low, low + width, step=step, when=when)


@st.composite
def ints(draw, when=None):
    log = draw(st.booleans())
    low = draw(st.integers(1, 1000) if log else st.integers(-1000, 1000))
    width = draw(st.integers(0, 1000))
    step = 1 if log else draw(st.integers(1, max(1, width)))
    return Int(low, low + width, log=log, step=step, when=when)


@st.composite
def spaces(draw, most=5):
    hyperparameters = {}
    for i in range(draw(st.integers(1, most))):
        parents = [name for name, one in hyperparameters.items() if isinstance(one, Categorical)]
        when = None
        if parents and draw(st.booleans()):
            parent = draw(st.sampled_from(parents))
            when = {
                parent: draw(st.lists(st.sampled_from(hyperparameters[parent].choices), min_size=1, unique_by=repr))
            }
        kind = draw(st.sampled_from(["float", "int", "categorical"]))
        if kind == "float":
            hyperparameters[f"p{i}"] = draw(floats(when))
        elif kind == "int":
            hyperparameters[f"p{i}"] = draw(ints(when))
        else:
            hyperparameters[f"p{i}"] = Categorical(tuple(draw(CHOICES)), when=when)
    return SearchSpace(hyperparameters)
