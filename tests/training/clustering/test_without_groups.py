import numpy as np
import pytest

from training.clustering.without_groups import _rank_correlation, _with_own_margins


def test_customers_without_groups_have_the_table_s_own_values_and_are_tied_about_as_strongly_though_many_are_alike():
    latent = np.random.default_rng(5).multivariate_normal([0, 0], [[1, 0.8], [0.8, 1]], 2000)
    Z = (latent > 1.0) + (latent > 1.6).astype(float)
    drawn = list(_with_own_margins(Z, np.random.default_rng(1)))
    assert {value for rows in drawn for value in np.unique(rows)} == {0, 1, 2}
    reached = np.mean([_rank_correlation(rows)[0, 1] for rows in drawn])
    assert reached == pytest.approx(_rank_correlation(Z)[0, 1], abs=0.15)  # 0.61; drawn with that it would be 0.41
