"""Curves in blobs: without loss, checked, small, and harmless when made to harm."""

import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from engine import Float, Study
from engine.events import StepReported
from engine.store import curve_blobs
from engine.trials import Curve
from tests.engine.store.event_sequences import curve_picture

steps = arrays.arrays(np.int32, st.shared(st.integers(0, 60), key="n"))
folds = arrays.arrays(np.int16, st.shared(st.integers(0, 60), key="n"))
records = st.dictionaries(
    st.text(max_size=8), arrays.arrays(np.float64, st.shared(st.integers(0, 60), key="n")), max_size=3
)


@settings(deadline=None)
@given(steps=steps, folds=folds, records=records)
def test_every_bit_of_a_curve_comes_back(steps, folds, records):
    curve = Curve.of(steps, folds, records)
    assert curve_picture(curve_blobs.unpack(curve_blobs.pack(curve))) == curve_picture(curve)


@settings(deadline=None, max_examples=50)
@given(steps=steps, folds=folds, records=records, data=st.data())
def test_a_flipped_bit_never_goes_unnoticed(steps, folds, records, data):
    part = curve_blobs.pack(Curve.of(steps, folds, records))
    blob = bytearray(part.data)
    where = data.draw(st.integers(0, 8 * len(blob) - 1))
    blob[where // 8] ^= 1 << where % 8
    with pytest.raises(ValueError, match="checksum"):
        curve_blobs.unpack(part._replace(data=bytes(blob)))


def forged(length, names, raw):
    data = zlib.compress(raw)
    return curve_blobs.CurveChunk(length, names, zlib.crc32(data, zlib.crc32(names.encode())), data)


@pytest.mark.parametrize(
    "part",
    [
        forged(1, '["a"]', bytes(50_000_000)),  # more than announced
        forged(10**12, "[]", bytes(100)),
        forged(10**7, str(["a" * i for i in range(100)]).replace("'", '"'), bytes(100)),
        forged(-1, "[]", b""),
        forged(3, "[]", bytes(10)),  # less than announced
        forged(1, '["a", "a"]', bytes(22)),
        forged(1, '{"a": 1}', bytes(22)),
        forged(1, "[" * 100_000, bytes(22)),
        forged(1, '["a"', bytes(22)),
        forged("1", '["a"]', bytes(14)),
        forged(1, '["a"]', bytes(14))._replace(data="text"),
        forged(1, '["a"]', bytes(14))._replace(data=b"not zlib"),
        forged(1, '["a"]', bytes(14))._replace(names=None),
        forged(1, '["a"]', bytes(14))._replace(crc32=None),
    ],
)
def test_a_forged_part_is_refused_before_it_can_grow(part):
    with pytest.raises(ValueError, match=r"\w"):
        curve_blobs.unpack(part)


def test_long_curves_are_cut_into_parts_of_bounded_size():
    reports = [StepReported(0, step, {"loss": 1.0 / (step + 1)}) for step in range(310_000)]
    parts = curve_blobs.chunks_of(reports)
    assert len(parts) > 1
    assert all(part.length * 14 <= 4 << 20 for part in parts)
    whole = curve_blobs.joined([curve_blobs.unpack(part) for part in parts])
    assert whole.values("loss").tolist() == [1.0 / (step + 1) for step in range(310_000)]


def test_values_of_single_precision_take_under_four_bytes_each():
    rng = np.random.default_rng(0)
    step = np.arange(100)
    losses = (np.exp(-0.05 * step) + 0.1) * (1 + 0.01 * rng.standard_normal((50, 100)))
    sizes = [
        len(curve_blobs.pack(Curve.of(step, 0 * step, {"loss": row.astype(np.float32).astype(float)})).data)
        for row in losses
    ]
    assert np.mean(sizes) < 400


def test_a_report_that_no_curve_can_hold_is_our_fault():
    with pytest.raises(Exception, match="trial 4"):
        curve_blobs.chunks_of([StepReported(4, 2**63, {"loss": 1.0})])


@given(st.lists(st.integers(0, 2**53), min_size=1, max_size=20), st.booleans())
def test_steps_of_any_size_come_back(numbers, with_record):
    records = {"loss": np.arange(len(numbers), dtype=float)} if with_record else {}
    curve = Curve.of(np.array(numbers), np.zeros(len(numbers)), records)
    again = curve_blobs.unpack(curve_blobs.pack(curve))
    assert again.steps.tolist() == numbers
    assert again.names == curve.names


def test_frames_beyond_four_bytes_are_kept_in_a_file(tmp_path):
    study = Study({"x": Float(0, 1)}, sampler="random")
    study.save(tmp_path / "a.study")
    trial = study.ask()
    frames = [10, 2**31 - 1, 2**31, 2**32 + 5, 10**12]
    for frame in frames:
        trial.report(0.5, step=frame)
    study.tell(trial, 1.0)
    study.close()
    assert Study.open(tmp_path / "a.study").curves.get(0).steps.tolist() == frames
