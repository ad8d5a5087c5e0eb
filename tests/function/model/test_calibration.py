"""The probability against simulated groups whose truth is known: it is right as often as it says."""

import msgspec
import numpy as np
import pytest
from scipy.spatial.distance import cdist, pdist

from function.model import Segmenter
from tests.helpers import models
from training.clustering.kmeans import fit_kmeans

GROUPS, CUSTOMERS, APART = 5, 4000, 4.0


@pytest.mark.slow
@pytest.mark.parametrize("n_features", [2, 3, 6, 10, 20])
def test_the_mean_probability_is_within_four_points_of_the_share_that_is_right(n_features):
    rng = np.random.default_rng(n_features)
    centres = rng.normal(size=(GROUPS, n_features))
    centres *= APART / pdist(centres).min()
    groups = rng.integers(GROUPS, size=CUSTOMERS)
    X = centres[groups] + rng.normal(size=(CUSTOMERS, n_features))
    mean, scale = X.mean(axis=0), X.std(axis=0)
    kmeans = fit_kmeans((X - mean) / scale, GROUPS, random_state=0, n_init=5)
    features = [
        models.feature(f"f{i}", min=-1e3, max=1e3, mean=float(mean[i]), scale=float(scale[i]))
        for i in range(n_features)
    ]
    centroids = kmeans.cluster_centers_ * scale + mean
    segments = [models.segment(i, centroid.tolist()) for i, centroid in enumerate(centroids)]
    variance = float(kmeans.inertia_) / X.size
    content = models.model(features, segments)
    golden = [msgspec.structs.replace(vector, probability=None) for vector in content.golden]
    segmenter = Segmenter(msgspec.structs.replace(content, golden=golden, variance=variance), "0" * 64)
    answers = segmenter.assign_many(X.tolist())
    group_of = cdist(centroids, centres).argmin(axis=1)
    right = np.mean([group_of[answer.segment.id] == group for answer, group in zip(answers, groups, strict=True)])
    assert np.mean([answer.probability for answer in answers]) == pytest.approx(right, abs=0.04)
