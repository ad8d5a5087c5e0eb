"""The measures of a clustering: hand-worked ones, and scikit-learn's."""

import os
import subprocess
import sys
import threading
import warnings

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score
from threadpoolctl import threadpool_info

from training.clustering.kmeans import SILHOUETTE_ROWS, beside, fit_kmeans, sampled_silhouette, silhouette


def test_the_silhouette_of_two_pairs_is_that_worked_out_by_hand():
    Z = np.array([[0.0], [10.0], [1.0], [13.0]])
    # 0: 1 inside, 11.5 outside; 1: 1 and 10.5; 10: 3 and 9.5; 13: 3 and 12.5
    by_hand = np.mean([10.5 / 11.5, 9.5 / 10.5, 6.5 / 9.5, 9.5 / 12.5])
    assert silhouette(Z, np.array([0, 1, 0, 1])) == pytest.approx(by_hand)


@pytest.mark.parametrize("n_clusters", [2, 7])
def test_the_silhouette_is_scikit_learns(n_clusters):
    random = np.random.default_rng(0)
    Z, labels = random.normal(size=(1500, 3)), random.integers(n_clusters, size=1500)
    Z[::3], Z[1] = Z[0], 9.0
    labels[0] = 99  # alone in its cluster
    assert silhouette(Z, labels) == pytest.approx(silhouette_score(Z, labels), rel=1e-7)  # it is not exact on equals


@pytest.mark.slow
def test_a_machine_that_tells_no_core_ids_is_passed_over_in_silence(tmp_path):
    lscpu = tmp_path / "lscpu"
    lscpu.write_text("#!/bin/sh\necho '# Core'\n")
    lscpu.chmod(0o755)
    program = "import numpy; from training.clustering.kmeans import fit_kmeans; fit_kmeans(numpy.eye(4), 2, 0)"
    environment = os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    command = [sys.executable, "-W", "error::UserWarning", "-c", program]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_fit_that_begins_and_ends_within_another_leaves_the_process_as_it_was(monkeypatch):
    Z, fit = np.random.default_rng(2).normal(size=(400, 2)), KMeans.fit
    begun, within = threading.Event(), threading.Event()

    def in_turns(kmeans, rows):
        if threading.current_thread() is threading.main_thread():
            within.set()
            other.result(60)  # which began first, and so ends first
        else:
            begun.set()
            assert within.wait(60)
        return fit(kmeans, rows)

    alone, before = fit_kmeans(Z, 3, 0).cluster_centers_.tolist(), (threadpool_info(), list(warnings.filters))
    monkeypatch.setattr(KMeans, "fit", in_turns)
    with beside() as thread:
        other = thread.submit(fit_kmeans, Z, 3, 0)
        assert begun.wait(60)
        centroids = [fit_kmeans(Z, 3, 0).cluster_centers_.tolist(), other.result().cluster_centers_.tolist()]
    assert centroids == [alone, alone]
    assert (threadpool_info(), list(warnings.filters)) == before


def test_customers_who_are_all_alike_have_no_silhouette():
    assert silhouette(np.ones((6, 2)), np.array([0, 1] * 3)) == 0


def test_a_sample_that_misses_a_tiny_segment_is_measured_all_the_same():
    Z = np.random.default_rng(0).normal(size=(100 * SILHOUETTE_ROWS, 1))
    labels = np.zeros(len(Z), int)
    labels[7] = 1
    assert sampled_silhouette(Z, labels, random_state=1) == {"silhouette": 0.0, "silhouette_rows": SILHOUETTE_ROWS}
