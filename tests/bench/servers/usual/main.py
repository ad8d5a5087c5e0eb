"""The usual way: FastAPI, a pickled scaler and K-Means, a pandas row, names typed in by cluster number."""

import os
from pathlib import Path

import joblib
import pandas as pd
from fastapi import FastAPI
from pydantic import BaseModel

app = FastAPI()
scaler = joblib.load(Path(os.environ["BENCH_MODELS"]) / "scaler.pkl")
kmeans = joblib.load(Path(os.environ["BENCH_MODELS"]) / "kmeans.pkl")
NAMES = {number: f"Segment {number}" for number in range(100)}


class Customer(BaseModel):
    annual_income: float
    spending_score: float


class Customers(BaseModel):
    customers: list[Customer]


def predict(customers: list[Customer]) -> list[dict[str, object]]:
    """Predict through a data frame."""
    table = pd.DataFrame(
        {
            "annual_income": [customer.annual_income for customer in customers],
            "spending_score": [customer.spending_score for customer in customers],
        }
    )
    clusters = kmeans.predict(scaler.transform(table))
    return [{"segment_id": int(c), "segment_name": NAMES[int(c)], "confidence": 1.0} for c in clusters]


@app.post("/segment")
def segment(customer: Customer) -> dict[str, object]:
    """Answer for one customer."""
    return predict([customer])[0]


@app.post("/batch")
def batch(customers: Customers) -> dict[str, object]:
    """Answer for many customers."""
    return {"segments": predict(customers.customers)}
