"""`measure` says what a campaign changed."""

import json
import re

from tests.helpers.campaign import MAY, spring
from tests.helpers.command_line import rows, run


def test_a_campaign_is_measured(shop, tmp_path):
    orders = spring(shop, tmp_path / "spring.csv", effect=0.15)
    done = run("measure", tmp_path / "spring.csv", orders, *MAY, "--out", tmp_path / "spring.html")
    brought = re.match(r"The campaign brought (\d+) more buyers \(95%: (\d+) to (\d+)\)\.", done.stdout)
    low, high = int(brought[2]), int(brought[3])
    treated = sum(row["group"] == "treated" for row in rows(tmp_path / "spring.csv"))
    assert low < 0.15 * treated < high
    assert "chance" not in done.stdout.splitlines()[0]
    page = (tmp_path / "spring.html").read_text()
    assert page.count("<svg") == 5
    heads = re.findall(r"<th scope=.col.[^>]*>([^<]*)", page)
    assert len(set(heads)) == len(heads) == 11
    assert "@shop.example" not in page


def test_a_campaign_without_effect_is_not_told_apart_from_chance(shop, tmp_path):
    orders = spring(shop, tmp_path / "spring.csv", effect=0.0)
    done = run("measure", tmp_path / "spring.csv", orders, *MAY, "--json")
    result = json.loads(done.stdout.splitlines()[-1])["result"]
    assert result["all"]["sentence"].endswith("not told apart from chance.")
    assert result["campaign"] == "spring"
    assert len(result["segments"]) == 4
    assert result["all"]["extra_buyers"]["low"] < 0 < result["all"]["extra_buyers"]["high"]


def test_a_window_before_the_draw_is_refused(shop, tmp_path):
    orders = spring(shop, tmp_path / "spring.csv", effect=0.0)
    done = run("measure", tmp_path / "spring.csv", orders, "--from", "2026-04-01", "--to", "2026-05-31", code=1)
    assert "when the groups were drawn" in done.stderr


def test_how_a_table_is_read_is_said_of_the_orders(shop, tmp_path):
    orders = spring(shop, tmp_path / "spring.csv", effect=0.15)
    odd = tmp_path / "odd.csv"
    odd.write_bytes(orders.read_text().replace(",", "^").replace("\n", "^Łódź\n").encode("cp1250"))
    plain = run("measure", tmp_path / "spring.csv", orders, *MAY)
    said = run("measure", tmp_path / "spring.csv", odd, *MAY, "--delimiter", "^", "--encoding", "cp1250")
    assert said.stdout == plain.stdout
    drawing = [shop / "july.csv", tmp_path / "drawn.csv", "--campaign", "x", "--share", 20, "--day", "2026-06-01"]
    rates = [run("holdout", *drawing, "--orders", orders).stdout]
    rates += [run("holdout", *drawing, "--orders", odd, "--delimiter", "^", "--encoding", "cp1250").stdout]
    assert rates[0] == rates[1]


def test_a_window_that_ends_before_it_begins_is_wrong_usage(tmp_path):
    done = run("measure", tmp_path / "a.csv", tmp_path / "b.csv", "--from", "2026-05-31", "--to", "2026-05-01", code=2)
    assert "Error: --to: expected a day not before --from, 2026-05-31, found 2026-05-01" in done.stderr
