"""`score` writes every customer with their segment."""

import re

from function.model import load
from tests.helpers.command_line import invoke, rows


def test_score_writes_every_row_with_its_segment(table, tmp_path):
    assert invoke("fit", table, "--out", tmp_path).exit_code == 0
    done = invoke("score", table, tmp_path / "scored.csv", "--model", tmp_path / "segmenter.joblib")
    assert done.exit_code == 0, done.output
    lines = (tmp_path / "scored.csv").read_text().splitlines()
    assert len(lines) == 201
    model = load(tmp_path / "segmenter.joblib").model
    for part in model.segments:
        assert sum(f",{part.slug},{part.name}," in line for line in lines) == part.size


def test_orders_are_scored_one_row_a_customer_with_the_newest_contacts(orders, tmp_path):
    assert invoke("fit", orders, "--orders", "--k", "4", "--out", tmp_path).exit_code == 0
    shop = tmp_path / "shop.csv"
    shop.write_text(
        "customer,date,amount,email,city\n"
        "a,2024-01-01,5,old@x.org,Bonn\n"
        "a,2024-02-01,7,new@x.org,\n"
        "b,2024-02-03,9,,Rome\n"
    )
    out = tmp_path / "scored.csv"
    done = invoke("score", shop, out, "--orders", "--model", tmp_path / "segmenter.joblib", "--as-of", "2024-02-04")
    assert done.exit_code == 0, done.output
    header, *rows = [line.split(",") for line in out.read_text().splitlines()]
    assert header[:7] == ["customer_id", "recency_days", "frequency", "monetary", "email", "city", "segment_id"]
    assert [row[:6] for row in rows] == [
        ["a", "3", "2", "12", "new@x.org", "Bonn"],
        ["b", "1", "1", "9", "", "Rome"],
    ]
    assert all(row[6] for row in rows)


def test_scored_orders_name_the_customer_the_contact_and_the_model(shop):
    first = rows(shop / "january.csv")[0]
    assert first["email"] == f"{first['customer_id']}@shop.example"
    assert re.fullmatch(r"[0-9a-f]{12}", first["model"])
