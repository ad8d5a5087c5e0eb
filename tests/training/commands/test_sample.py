"""`sample` makes up customers, or a shop with a campaign."""

import json

import pytest

from tests.helpers.command_line import rows, run
from training.targeting.plan import place


def test_a_made_up_shop_has_a_campaign_that_its_hold_out_finds(tmp_path):
    done = run("sample", tmp_path / "orders.csv", "--orders", "--campaign", "autumn", "--json")
    made = json.loads(done.stdout.splitlines()[-1])["result"]
    orders = rows(tmp_path / "orders.csv")
    known = {row["email"] for row in orders if row["order_date"] < "2026-05-01"}
    bought = {row["email"] for row in orders if row["order_date"] >= "2026-05-01"}
    rates = {}
    for campaign in ("autumn", "winter"):
        control = {email for email in known if place(email, campaign) < 0.2}
        rates[campaign] = len(bought - control) / len(known - control) - len(bought & control) / len(control)
    assert len(known) - len({email for email in known if place(email, "autumn") < 0.2}) == made["written_to"]
    assert rates["autumn"] == pytest.approx(made["extra_buyers"] / made["written_to"], abs=0.04)
    assert abs(rates["winter"]) < 0.04


def test_a_campaign_without_orders_is_wrong_usage(tmp_path):
    done = run("sample", tmp_path / "customers.csv", "--campaign", "spring", code=2)
    assert "add --orders" in done.stderr
