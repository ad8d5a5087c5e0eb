"""A function with a pickled scikit-learn pipeline, synchronous, as the framework's own examples are."""

import os
from pathlib import Path

import functions_framework
import joblib
from flask import Request

pipeline = joblib.load(Path(os.environ["BENCH_MODELS"]) / "pipeline.pkl")


@functions_framework.http
def segment(request: Request) -> dict[str, object]:
    """Answer for one customer or for many."""
    body = request.get_json()
    customers = body.get("customers", [body])
    rows = [[customer["annual_income"], customer["spending_score"]] for customer in customers]
    answers: list[dict[str, object]] = [{"segment_id": int(cluster)} for cluster in pipeline.predict(rows)]
    return {"segments": answers} if "customers" in body else answers[0]
