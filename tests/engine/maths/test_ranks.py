"""Ranks and their correlation, against SciPy's."""

import numpy as np
import pytest
from scipy.stats import rankdata, spearmanr

from engine.maths.ranks import middle_ranks, rank_correlation

TIED = np.array([3.0, 1.0, 3.0, 2.0, 2.0, 2.0, -1.0])


def test_equal_values_share_the_middle_rank():
    assert middle_ranks(TIED).tolist() == rankdata(TIED).tolist() == [6.5, 2.0, 6.5, 4.0, 4.0, 4.0, 1.0]
    assert middle_ranks(np.zeros(0)).tolist() == []


def test_ties_are_no_order():
    other = np.array([1.0, 1.0, 2.0, 5.0, 4.0, 4.0, 0.0])
    assert rank_correlation(TIED, other) == pytest.approx(spearmanr(TIED, other).statistic)
    assert np.isnan(rank_correlation(TIED, np.ones(7)))
