"""What is compared: four ways to serve the same segments, each started as its users would."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import joblib
import numpy as np
from sklearn.cluster import KMeans
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from tests.helpers.service import ROOT

SERVERS = Path(__file__).parent / "servers"
ONE = {"annual_income": 80.0, "spending_score": 90.0}
RANGES = {"annual_income": (15.0, 135.0), "spending_score": (1.0, 99.0)}
"""What new customers are drawn from, by feature."""


@dataclass(frozen=True)
class Contender:
    """A server to measure.

    command : from a port to the command line
    requirements : what its run-time environment installs, as pip arguments
    one, many : paths for a customer and for a list of customers
    """

    name: str
    command: Callable[[int], list[str]]
    requirements: tuple[str, ...]
    one: str = "/segment"
    many: str = "/segment"


def _framework(source: Path) -> Callable[[int], list[str]]:
    options = ["--target", "segment", "--source", str(source), "--host", "127.0.0.1"]
    return lambda port: [sys.executable, "-m", "functions_framework", *options, "--port", str(port)]


def _usual(port: int) -> list[str]:
    options = ["--host", "127.0.0.1", "--port", str(port), "--log-level", "warning"]
    return [sys.executable, "-m", "uvicorn", "--app-dir", str(SERVERS / "usual"), "main:app", *options]


FLOOR = Contender(
    "floor: bare function", _framework(SERVERS / "floor" / "main.py"), ("functions-framework", "uvloop", "httptools")
)
USUAL = Contender(
    "usual: FastAPI, scikit-learn, pandas",
    _usual,
    ("fastapi", "uvicorn", "uvloop", "httptools", "scikit-learn", "pandas", "joblib"),
    many="/batch",
)
PIPELINE = Contender(
    "function with a scikit-learn pipeline",
    _framework(SERVERS / "pipeline" / "main.py"),
    ("functions-framework", "scikit-learn", "joblib"),
)
OURS = Contender("ours", _framework(ROOT / "function" / "main.py"), ("-r", str(ROOT / "requirements.txt")))
ALL = (FLOOR, USUAL, PIPELINE, OURS)


def customers(number: int, seed: int = 0) -> np.ndarray:
    """Return made-up customers of shape (number, 2): annual income in k$, spending score."""
    rng = np.random.default_rng(seed)
    centres = np.array([[55, 50], [87, 82], [88, 17], [26, 21], [26, 79]])
    return (centres[rng.integers(0, 5, number)] + rng.normal(0, 7, (number, 2))).clip(1, 140).round(1)


def write_peers(folder: Path) -> None:
    """Train and pickle what the scikit-learn contenders load."""
    table = customers(1000)
    pipeline = make_pipeline(StandardScaler(), KMeans(5, n_init=10, random_state=0)).fit(table)
    joblib.dump(pipeline, folder / "pipeline.pkl")
    joblib.dump(pipeline[0], folder / "scaler.pkl")
    joblib.dump(pipeline[1], folder / "kmeans.pkl")
