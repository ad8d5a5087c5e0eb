"""Made-up orders hold the campaign that they say they do."""

import csv

from training.tables.synthetic import CAMPAIGN, EFFECT, write_orders


def is_held_back(email):
    return int(email.partition("@")[0][1:]) % 5 == 0


def buyers(path):
    """Return who had ordered before the campaign, and who of them ordered in its month."""
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    known = {row["email"] for row in rows if row["order_date"] < CAMPAIGN.isoformat()}
    return known, known & {row["email"] for row in rows if row["order_date"] >= CAMPAIGN.isoformat()}


def test_only_those_written_to_buy_more(tmp_path):
    with_campaign, without = tmp_path / "with.csv", tmp_path / "without.csv"
    shop = write_orders(with_campaign, 1, is_held_back)
    write_orders(without, 1, lambda _: True)
    known, bought = buyers(with_campaign)
    assert buyers(without)[0] == known
    more = bought - buyers(without)[1]
    assert len(more) == shop.extra_buyers
    assert not any(map(is_held_back, more))
    assert shop.written_to == sum(not is_held_back(email) for email in known)
    hesitant = sum(not is_held_back(email) for email in known - buyers(without)[1])
    assert abs(shop.extra_buyers - EFFECT * hesitant) < 3 * (EFFECT * (1 - EFFECT) * hesitant) ** 0.5


def test_the_same_seed_makes_the_same_orders(tmp_path):
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        write_orders(tmp_path / name, seed, is_held_back)
    a, b, c = ((tmp_path / name).read_bytes() for name in "abc")
    assert a == b != c
