"""Campaigns measured: small tables by hand, simulated ones with a known effect."""

import dataclasses
import datetime

import numpy as np
import pytest

from tests.helpers.real_tables import CDNOW, needs_cdnow
from training.files.source import DataError
from training.targeting.effects import sentence
from training.targeting.intervals import Moments, difference_of_means, difference_of_proportions
from training.targeting.measure import measure
from training.targeting.window import Window

MAY = Window(datetime.date(2026, 5, 1), datetime.date(2026, 5, 31), drawn=datetime.date(2026, 5, 1))


def table(engine, columns, rows):
    """Return a table in the engine of literal rows."""
    cells = ", ".join("(" + ", ".join(_sql(cell) for cell in row) + ")" for row in rows)
    return engine.keep(f"SELECT * FROM (VALUES {cells}) AS t({columns})")


def _sql(cell):
    if isinstance(cell, bool) or cell is None:
        return {True: "true", False: "false", None: "NULL"}[cell]
    return f"{float(cell)!r}" if isinstance(cell, float) else str(cell) if isinstance(cell, int) else f"'{cell}'"


def assignment(engine, n, share, segments=("a",)):
    """Return n customers, the first of each segment held back until the share is reached."""
    rows = []
    for number in range(n):
        position = number % len(segments)
        control = (number // len(segments)) < share * n / len(segments)
        rows.append((f"c{number}", position, segments[position], f"Kind {segments[position].upper()}", control))
    return table(engine, "customer, segment_id, segment, segment_name, control", rows)


def orders(engine, rows):
    """Return orders, and one of a stranger on the first and the last day that make the window complete."""
    ends = [("stranger", "2026-03-01", 1.0), ("stranger", "2026-06-01", 1.0)]
    named = table(engine, "customer, day, amount", [*rows, *ends])
    return engine.define(
        f"SELECT customer, CAST(day AS DATE) AS day, CAST(amount AS DOUBLE) AS amount FROM {named.sql}"
    )


def test_orders_outside_the_window_and_of_strangers_do_not_count(engine):
    customers = assignment(engine, 10, 0.5)
    rows = [
        ("c5", "2026-04-30", 10.0),
        ("c6", "2026-05-01", 20.0),
        ("c6", "2026-05-31", 30.0),
        ("c7", "2026-06-01", 40.0),
        ("c0", "2026-05-15", 8.0),
        ("nobody", "2026-05-15", 99.0),
    ]
    outcome = measure(engine, customers, orders(engine, rows), MAY, 0.5)
    assert (outcome.overall.treated.n, outcome.overall.control.n) == (5, 5)
    assert (outcome.overall.treated.buyers, outcome.overall.control.buyers) == (1, 1)
    assert (outcome.overall.treated.mean, outcome.overall.control.mean) == (10.0, 1.6)
    assert outcome.overall.revenue is None
    assert outcome.ratio == 1
    assert outcome.cap == pytest.approx(8 + 0.99 * 42)


def test_the_time_before_a_window_without_an_end_begins_with_the_calendar():
    assert Window(MAY.first, datetime.date.max, drawn=MAY.first).before.first == datetime.date.min


def test_an_id_that_stands_for_two_segments_is_refused(engine):
    rows = [("c0", 0, "a", "Kind A", True), ("c1", 0, "b", "Kind B", False)]
    customers = table(engine, "customer, segment_id, segment, segment_name, control", rows)
    with pytest.raises(DataError, match="segment 0: expected one name, found Kind A and Kind B: rows of two models"):
        measure(engine, customers, orders(engine, [("c0", "2026-05-02", 1.0)]), MAY, 0.5)


def test_the_time_before_ends_with_the_draw_not_with_the_first_day_that_counts(engine):
    later = Window(datetime.date(2026, 5, 11), datetime.date(2026, 5, 20), drawn=datetime.date(2026, 5, 1))
    assert (later.before.first, later.before.last) == (datetime.date(2026, 4, 21), datetime.date(2026, 4, 30))
    rows = [("c5", "2026-04-20", 1.0), ("c5", "2026-04-21", 2.0), ("c5", "2026-04-30", 4.0), ("c5", "2026-05-01", 8.0),
            ("c5", "2026-05-10", 16.0), ("c5", "2026-05-11", 32.0)]  # fmt: skip
    outcome = measure(engine, assignment(engine, 10, 0.5), orders(engine, rows), later, 0.5)
    assert outcome.overall.treated.revenue.before == pytest.approx(6 / 5)
    assert outcome.overall.treated.mean == 32 / 5


def test_returns_are_taken_off_and_make_no_buyer_nor_do_gifts(engine):
    rows = [
        ("c5", "2026-05-10", 10.0),
        ("c5", "2026-05-12", -4.0),
        ("c6", "2026-05-12", -7.0),
        ("c7", "2026-05-13", 0.0),
    ]
    outcome = measure(engine, assignment(engine, 10, 0.5), orders(engine, rows), MAY, 0.5)
    assert outcome.overall.treated.buyers == 1
    assert outcome.overall.treated.mean == pytest.approx((10 - 4 - 7) / 5)


def campaign(engine, rng, effect, n=4000, segments=("a", "b")):
    """Return a measured campaign with an effect on the rate of buyers by segment, base rate 0.2."""
    customers = assignment(engine, n, 0.25, segments)
    rows = []
    for number in range(n):
        treated = number // len(segments) >= 0.25 * n / len(segments)
        usual = float(rng.lognormal(3.0, 0.7))
        if rng.random() < 0.5:
            rows.append((f"c{number}", "2026-04-10", usual))
        if rng.random() < 0.2 + effect[number % len(segments)] * treated:
            rows.append((f"c{number}", "2026-05-10", usual * float(rng.lognormal(0, 0.2))))
    return measure(engine, customers, orders(engine, rows), MAY, 0.25)


def test_an_effect_in_one_segment_is_found_there_and_said(engine):
    outcome = campaign(engine, np.random.default_rng(31), (0.15, 0.0))
    first, second = outcome.segments
    assert [effect.slug for effect in outcome.segments] == ["a", "b"]
    assert first.p_conversion < 0.001
    assert second.p_conversion > 0.05
    assert outcome.differs_conversion < 0.05
    assert sentence(first).startswith("Kind A: ")
    assert not sentence(first).endswith("chance.")
    assert sentence(second).endswith("not told apart from chance.")
    assert "The effect differs between segments beyond chance." in outcome.notes
    assert 150 < first.extra_buyers[0] < 300


def test_where_segments_do_not_differ_the_line_of_all_is_what_counts(engine):
    outcome = campaign(engine, np.random.default_rng(32), (0.1, 0.1))
    assert "The segments' effects do not differ beyond chance: go by the line of all." in outcome.notes


def test_the_time_before_saves_variance_and_changes_no_buyers(engine):
    outcome = campaign(engine, np.random.default_rng(33), (0.1, 0.1))
    assert 0 < outcome.overall.variance_saved < 1
    assert not outcome.overall.rough
    assert outcome.overall.extra_revenue[0] == pytest.approx(outcome.overall.revenue.estimate * 3000)


@pytest.mark.parametrize(("spread", "rough"), [(0.5, False), (2.5, True)])
def test_where_a_few_orders_are_far_larger_the_interval_of_revenue_is_rough_though_there_are_many_buyers(
    engine, spread, rough
):
    rng = np.random.default_rng(36)
    rows = [(f"c{number}", "2026-05-10", float(rng.lognormal(3.0, spread))) for number in range(4000)]
    outcome = measure(engine, assignment(engine, 4000, 0.05), orders(engine, rows), MAY, 0.05)
    assert outcome.overall.control.buyers == 200
    assert outcome.overall.rough is rough
    assert any("A few orders are so much larger" in note for note in outcome.notes) is rough


@pytest.mark.parametrize("before", [[], [("c1", "2026-04-01", 10.0)]])
def test_without_orders_of_all_the_time_before_it_says_so(engine, before):
    rows = [(f"c{number}", "2026-05-05", 10.0 + number % 7) for number in range(0, 400, 2)] + before
    late = table(engine, "customer, day, amount", [*rows, ("stranger", "2026-05-31", 1.0)])
    dated = engine.define(
        f"SELECT customer, CAST(day AS DATE) AS day, CAST(amount AS DOUBLE) AS amount FROM {late.sql}"
    )
    outcome = measure(engine, assignment(engine, 400, 0.5), dated, MAY, 0.5)
    assert "do not reach back to 2026-03-31" in outcome.notes[0]
    assert np.isnan(outcome.overall.variance_saved)
    means = outcome.overall.treated.revenue, outcome.overall.control.revenue
    assert outcome.overall.revenue == difference_of_means(*means)
    assert means[0] == Moments(
        200, pytest.approx(means[0].mean), pytest.approx(means[0].variance), cubes=means[0].cubes
    )


def test_groups_unlike_before_are_noted(engine):
    rows = [(f"c{number}", "2026-04-05", (50.0 if number < 200 else 10.0) + number % 5) for number in range(400)]
    rows += [(f"c{number}", "2026-05-05", 20.0) for number in range(0, 400, 3)]
    outcome = measure(engine, assignment(engine, 400, 0.5), orders(engine, rows), MAY, 0.5)
    assert any(note.startswith("Before the campaign the treated bought less") for note in outcome.notes)


def test_groups_that_are_not_as_drawn_give_no_result(engine):
    with pytest.raises(DataError, match="not as they were drawn"):
        measure(engine, assignment(engine, 1000, 0.05), orders(engine, []), MAY, 0.1)


def test_a_segment_whose_groups_are_not_as_drawn_gives_no_result_though_all_are(engine):
    rows = [
        (f"{slug}{number}", position, slug, f"Kind {slug.upper()}", number < control)
        for position, (slug, control) in enumerate([("a", 50), ("b", 80), ("c", 20)])
        for number in range(100)
    ]
    customers = table(engine, "customer, segment_id, segment, segment_name, control", rows)
    with pytest.raises(DataError, match=r"the groups of Kind [BC] are not as they were drawn, .* (80|20) of 100"):
        measure(engine, customers, orders(engine, []), MAY, 0.5)


def test_a_group_without_customers_gives_no_result(engine):
    with pytest.raises(DataError, match="hold some back"):
        measure(engine, assignment(engine, 100, 0.0), orders(engine, []), MAY, 0.1)


def test_a_segment_with_one_group_only_is_left_out_and_named(engine):
    rows = [("1", 0, "a", "Kind A", True), ("2", 0, "a", "Kind A", False), ("3", 1, "b", "Kind B", False)]
    customers = table(engine, "customer, segment_id, segment, segment_name, control", rows)
    outcome = measure(engine, customers, orders(engine, [("1", "2026-05-05", 5.0)]), MAY, 0.5)
    assert [effect.slug for effect in outcome.segments] == ["a"]
    assert outcome.notes[0] == "Kind B: nobody in one of the groups, so it is not compared."


def test_orders_of_strangers_only_are_refused_as_they_name_customers_in_another_way(engine):
    rows = [(f"c{number}.0", "2026-05-05", 10.0) for number in range(10)]
    with pytest.raises(DataError, match=r"none of the 10 customers in the groups has an order from .*name customers"):
        measure(engine, assignment(engine, 10, 0.5), orders(engine, rows), MAY, 0.5)


def test_a_window_that_has_not_ended_is_refused(engine):
    later = Window(MAY.first, datetime.date(2026, 6, 30), drawn=MAY.first)
    with pytest.raises(DataError, match="before the window ends on 2026-06-30"):
        measure(engine, assignment(engine, 10, 0.5), orders(engine, []), later, 0.5)


def test_a_few_orders_of_days_to_come_do_not_show_that_the_window_has_ended(engine):
    window = dataclasses.replace(MAY, latest=datetime.date(2026, 5, 20))
    rows = [("c1", "2026-05-05", 5.0)] * 19
    dated = orders(engine, [*rows, ("c2", "2099-05-05", 5.0)])
    begun = engine.define(f"SELECT * FROM {dated.sql} WHERE customer <> 'stranger'")
    said = r"the newest order is from 2026-05-05, before .* ends on 2026-05-31, but for 1 row dated after 2026-05-20"
    with pytest.raises(DataError, match=said):
        measure(engine, assignment(engine, 10, 0.5), begun, window, 0.5)


def test_where_orders_of_days_to_come_are_many_they_show_that_the_window_has_ended(engine):
    window = dataclasses.replace(MAY, latest=datetime.date(2026, 5, 20))
    rows = [(f"c{number}", f"2026-05-{day}", 5.0) for day in ("05", "31") for number in range(10)]
    assert measure(engine, assignment(engine, 10, 0.5), orders(engine, rows), window, 0.5).overall.treated.buyers == 5


def test_days_without_orders_at_the_end_are_told_where_that_is_unusual(engine):
    assert quiet_end(engine, datetime.date(2026, 5, 20), step=1) == ["There is no order from the last 11 days"]
    assert quiet_end(engine, datetime.date(2026, 5, 29), step=1) == []  # a weekend
    assert quiet_end(engine, datetime.date(2026, 5, 20), step=6) == []  # no longer than twice what is usual


def quiet_end(engine, last, step):
    """Return what is said of a shop that sold something each `step` days from March on, up to the last."""
    days = range(0, (last - datetime.date(2026, 3, 1)).days + 1, step)
    rows = [("c1", (last - datetime.timedelta(days=day)).isoformat(), 5.0) for day in days]
    notes = measure(engine, assignment(engine, 10, 0.5), orders(engine, rows), MAY, 0.5).notes
    return [note.partition(",")[0] for note in notes if "to the next" in note]


def test_another_currency_multiplies_revenue_and_leaves_buyers(engine):
    rng = np.random.default_rng(34)
    rows = [(f"c{int(number)}", "2026-05-05", float(rng.lognormal(3, 1))) for number in rng.choice(2000, 900)]
    customers = assignment(engine, 2000, 0.5)
    euros = measure(engine, customers, orders(engine, rows), MAY, 0.5)
    cents = measure(
        engine, customers, orders(engine, [(who, day, amount * 100) for who, day, amount in rows]), MAY, 0.5
    )
    assert cents.overall.conversion == euros.overall.conversion
    assert cents.overall.revenue.times(0.01) == pytest.approx(euros.overall.revenue.times(1))


@pytest.mark.slow
@needs_cdnow
def test_random_halves_of_real_customers_differ_by_chance_only(engine):
    """The share of intervals that hold zero, over random splits of the same half-year."""
    period = Window(datetime.date(1998, 1, 1), datetime.date(1998, 6, 30), drawn=datetime.date(1998, 1, 1))
    bought = engine.keep(
        f"SELECT customer_id AS customer, count(CASE WHEN {period.holds('order_date')} THEN 1 END) > 0 AS bought "
        f"FROM read_csv('{CDNOW}') GROUP BY customer_id"
    )
    buyers = np.array([row[0] for row in engine.rows(f"SELECT bought FROM {bought.sql} ORDER BY customer")])
    rng, held = np.random.default_rng(35), 0
    for _ in range(1000):
        control = rng.random(len(buyers)) < 0.1
        successes = int(buyers[~control].sum()), int(buyers[control].sum())
        held += not difference_of_proportions(successes, (int((~control).sum()), int(control.sum()))).significant
    assert 0.935 <= held / 1000 <= 0.965
