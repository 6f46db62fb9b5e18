import pytest

from gui.plots.background_curves import DIM, share_of


@pytest.mark.parametrize("count", [0, 1, 40])
def test_few_lines_are_as_dim_as_ever(count):
    assert share_of(count) == DIM


def test_many_lines_together_do_not_drown_the_bold_one():
    shares = [share_of(count) for count in (40, 80, 150, 300)]
    assert shares == sorted(shares, reverse=True)
    assert 0.05 <= shares[-1] <= shares[0] / 2
