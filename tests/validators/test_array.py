"""What rules say of arrays."""

from __future__ import annotations

import numpy as np

from curation.finding import examine
from curation.model import Where
from tests import models
from tests.decoding import found as found_by
from validators import array
from validators.array import Array

VALUES = np.linspace(-1, 2, 60, dtype=np.float32).reshape(5, 6, 2)


def found(path):
    return found_by(path, "array", Array, array.RULES)


def judged(rule):
    """Ask a rule about the facts of a faultless array."""
    plain = {
        "where": Where("a.npy"),
        "size": 1,
        "sha256": "",
        "format": "npy",
        "dtype": "float32",
    }
    facts = Array(**plain, shape=(4,), elements=4, lowest=0.0, highest=1.0)
    return [fault.detail for fault in examine([facts], (rule,))]


def test_values_that_are_not_finite_are_counted(tmp_path):
    values = VALUES.copy()
    values[0, 0], values[1, 1, 0] = np.inf, np.nan

    assert found(models.saved(tmp_path / "a.npy", values)) == [
        "a.npy: ARR001 3 of 60 values are NaN or infinite (5.0%)"
    ]
    assert judged(array.values_not_finite) == []


def test_faultless_arrays_are_let_pass(tmp_path):
    paths = [
        models.saved(tmp_path / "a.npy", VALUES),
        models.saved(tmp_path / "a.npz", VALUES),
        models.flo(tmp_path / "a.flo", VALUES),
    ]

    assert [line for path in paths for line in found(path)] == []


def test_one_value_throughout_is_named(tmp_path):
    assert found(models.saved(tmp_path / "a.npy", np.full((4, 4), 7))) == [
        "a.npy: ARR002 all 16 values are 7"
    ]
    assert found(models.saved(tmp_path / "a.npy", np.array([7]))) == []
    assert judged(array.constant_values) == []


def test_an_array_without_values_is_named(tmp_path):
    assert found(models.saved(tmp_path / "a.npy", np.zeros((0, 3)))) == [
        "a.npy: ARR003 0 values, its shape is (0, 3)"
    ]
    assert judged(array.empty_array) == []
