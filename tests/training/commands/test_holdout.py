"""Customers are held back before a campaign: by consent, by lists, by name, on both engines."""

import csv
import hashlib
import json

import pytest
from click.testing import CliRunner

from training.commands import main
from training.targeting.plan import place

MODEL_COLUMNS = "segment_id,segment,segment_name,borderline,model"


def write(path, header, lines):
    """Write a scored table whose customers alternate between two segments."""
    scored = (f"{line},{n % 2},{'ab'[n % 2]},Kind {'AB'[n % 2]},false,m1" for n, line in enumerate(lines))
    path.write_text("\n".join([f"{header},{MODEL_COLUMNS}", *scored]) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def table(tmp_path):
    lines = [f"c{number},user{number}@shop.example" for number in range(2000)]
    return write(tmp_path / "scored.csv", "customer_id,email", lines)


def run(*arguments, code=0):
    done = CliRunner().invoke(main, ["holdout", *map(str, arguments)])
    assert done.exit_code == code, done.output
    return done


def rows(path):
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def test_the_groups_are_drawn_by_campaign_and_contact(table, tmp_path):
    run(table, tmp_path / "out.csv", "--campaign", "spring", "--share", 20)
    drawn = rows(tmp_path / "out.csv")
    assert len(drawn) == 2000
    for row in drawn:
        assert row["group"] == ("control" if place(row["email"], "spring") < 0.2 else "treated")
        assert (row["campaign"], row["findable"], row["share"]) == ("spring", "true", "0.2")
    assert list(drawn[0])[-5:] == ["campaign", "group", "findable", "share", "day"]


@pytest.mark.parametrize("number", ["c{}", "Zoë {}", "{}"])
def test_without_contacts_the_groups_are_drawn_by_the_customers_ids(tmp_path, number):
    path = write(tmp_path / "scored.csv", "customer_id", [number.format(n) for n in range(500)])
    run(path, tmp_path / "out.csv", "--campaign", "spring", "--share", 20)
    drawn = {row["customer_id"]: row["group"] for row in rows(tmp_path / "out.csv")}
    by_hand = {key: "control" if place(key, "spring") < 0.2 else "treated" for key in map(number.format, range(500))}
    assert drawn == by_hand


def test_only_the_segments_that_are_named_are_drawn_from(table, tmp_path):
    run(table, tmp_path / "out.csv", "--campaign", "spring", "--share", 20, "--segments", "b")
    assert {row["segment"] for row in rows(tmp_path / "out.csv")} == {"b"}
    done = run(table, tmp_path / "out.csv", "--campaign", "spring", "--share", 20, "--segments", "b,c", code=1)
    assert "--segments: expected some of a, b, found c" in done.stderr


def test_who_did_not_agree_is_left_out_and_counted(tmp_path):
    said = ["yes", "no", "", "perhaps", "TRUE"]
    lines = [f"c{n},user{n}@shop.example,{said[n % 5]}" for n in range(500)]
    path = write(tmp_path / "scored.csv", "customer_id,email,Accepts Email Marketing", lines)
    done = run(path, tmp_path / "out.csv", "--campaign", "spring", "--share", 20, "--json")
    result = json.loads(done.stdout.splitlines()[-1])["result"]
    assert result["left_out"] == {"no": 100, "silent": 100, "unreadable": 100}
    assert result["all"]["customers"] == 200
    done = run(path, tmp_path / "out.csv", "--campaign", "spring", "--share", 20, "--without-answer", "yes")
    assert "100 customers left out: they did not agree to be written to." in done.stderr
    assert len(rows(tmp_path / "out.csv")) == 300


def test_a_consent_column_of_any_name_can_be_chosen(tmp_path):
    lines = [f"c{n},user{n}@shop.example,{'ja' if n % 4 else 'nein'}" for n in range(400)]
    path = write(tmp_path / "scored.csv", "customer_id,email,darf angeschrieben werden", lines)
    options = ("--campaign", "spring", "--share", 20)
    run(path, tmp_path / "out.csv", *options)
    assert len(rows(tmp_path / "out.csv")) == 400
    run(path, tmp_path / "out.csv", *options, "--consent", "darf angeschrieben werden")
    assert len(rows(tmp_path / "out.csv")) == 300
    run(path, tmp_path / "out.csv", *options, "--consent", "nothing", code=1)


def test_people_on_a_list_are_left_out_by_address_phone_or_digest(tmp_path):
    lines = [f"c{n},user{n}@shop.example,+1212565{n:04d}" for n in range(100)]
    path = write(tmp_path / "scored.csv", "customer_id,email,phone", lines)
    digest = hashlib.sha256(b"user3@shop.example").hexdigest()
    entries = ["USER1@shop.example", "+1 (212) 565-0002", digest, "nobody"]
    (tmp_path / "gone.csv").write_text("email\n" + "\n".join(entries) + "\n")
    options = ("--campaign", "spring", "--share", 20, "--leave-out", tmp_path / "gone.csv")
    done = run(path, tmp_path / "out.csv", *options)
    assert {f"c{n}" for n in range(100)} - {row["customer_id"] for row in rows(tmp_path / "out.csv")} == {
        "c1",
        "c2",
        "c3",
    }
    assert "3 customers left out: they are on the list of --leave-out." in done.stderr
    assert "no address or phone could be read in 1 row" in done.stderr


def test_a_list_without_a_header_is_read_too(table, tmp_path):
    (tmp_path / "gone.txt").write_text("user1@shop.example\nuser2@shop.example\n")
    run(table, tmp_path / "out.csv", "--campaign", "spring", "--share", 20, "--leave-out", tmp_path / "gone.txt")
    assert len(rows(tmp_path / "out.csv")) == 1998


def test_who_cannot_be_found_is_marked_and_in_no_count(tmp_path):
    lines = [f"c{n},{f'user{n}@shop.example' if n % 2 else 'none'}" for n in range(200)]
    path = write(tmp_path / "scored.csv", "customer_id,email", lines)
    done = run(path, tmp_path / "out.csv", "--campaign", "spring", "--share", 20, "--json")
    result = json.loads(done.stdout.splitlines()[-1])["result"]
    assert (result["not_findable"], result["all"]["customers"]) == (100, 100)
    assert [row["findable"] for row in rows(tmp_path / "out.csv")] == ["false", "true"] * 100


def test_a_table_without_contacts_says_so(tmp_path):
    path = write(tmp_path / "scored.csv", "customer_id", [f"c{n}" for n in range(200)])
    done = run(path, tmp_path / "out.csv", "--campaign", "spring", "--share", 20)
    assert "The table has no contacts: everyone counts as findable." in done.stderr


def test_what_can_be_seen_is_said_for_all_and_each_segment(table, tmp_path):
    done = run(table, tmp_path / "out.csv", "--campaign", "spring", "--share", 20, "--base-rate", "0.04")
    lines = done.stdout.splitlines()
    assert len(lines) == 3
    assert lines[0].startswith("All: of 2,000 customers ")
    assert " or more buyers in 100 customers; with half held back, " in lines[0]
    assert "Warning: All, Kind A, Kind B: only an increase by half or more would be seen; hold back more" in done.stderr


def test_the_base_rate_is_measured_from_past_orders(table, tmp_path):
    lines = [f"c{n},o{n},2026-04-{1 + n % 30:02d},10.00" for n in range(0, 2000, 5)] + ["c1,o,2026-01-01,5.00"]
    (tmp_path / "orders.csv").write_text("customer_id,order_id,order_date,amount\n" + "\n".join(lines) + "\n")
    options = ("--campaign", "spring", "--share", 20, "--orders", tmp_path / "orders.csv", "--json")
    result = json.loads(run(table, tmp_path / "out.csv", *options).stdout.splitlines()[-1])["result"]
    assert result["all"]["base_rate"] == pytest.approx(0.2)


def test_segments_that_days_of_purchases_made_go_by_the_share_of_all(tmp_path):
    table = write(tmp_path / "scored.csv", "customer_id,recency_days", [f"c{n},{1 + n % 2 * 90}" for n in range(200)])
    lines = "".join(f"c{n},2026-04-30,10\n" for n in range(0, 200, 2))
    (tmp_path / "orders.csv").write_text(f"customer_id,date,amount\n{lines}")
    options = ("--campaign", "spring", "--share", 20, "--orders", tmp_path / "orders.csv", "--json")
    done = run(table, tmp_path / "out.csv", *options, "--day", "2026-05-01")
    result = json.loads(done.stdout.splitlines()[-1])["result"]
    assert [part["base_rate"] for part in (result["all"], *result["segments"])] == [0.5, 0.5, 0.5]
    assert any(note.startswith("That is of all in the table, and each segment goes by it") for note in result["notes"])
    done = run(table, tmp_path / "quiet.csv", *options, "--day", "2026-05-01", "--segments", "b")  # nobody of it bought
    assert json.loads(done.stdout.splitlines()[-1])["result"]["all"]["base_rate"] == 0.5


def test_what_was_bought_from_the_draw_on_does_not_count_for_the_base_rate(table, tmp_path):
    later = "".join(f"c{i},2024-05-01,10\n" for i in range(1000))
    before = "c1,2024-04-30,10\nc2,2024-04-01,10\nc3,2024-04-29,-5\n"  # a return is no purchase
    (tmp_path / "orders.csv").write_text(f"customer,date,amount\n{before}{later}")
    options = ("--campaign", "spring", "--share", 20, "--orders", tmp_path / "orders.csv", "--json")
    done = run(table, tmp_path / "out.csv", *options, "--day", "2024-05-01")
    result = json.loads(done.stdout.splitlines()[-1])["result"]
    assert result["all"]["base_rate"] * result["all"]["customers"] == pytest.approx(2)
    assert "of the customers bought from 2024-04-01 to 2024-04-30." in result["notes"][0]
    done = run(table, tmp_path / "out.csv", *options, "--day", "2024-04-01", code=1)
    assert "no order that counts from before the draw; name its day with --day" in done.stdout


def test_the_base_rate_of_customers_known_by_their_addresses_does_not_depend_on_their_case(tmp_path):
    path = write(tmp_path / "scored.csv", "email", [f"User{n}@Shop.example" for n in range(100)])
    lines = [f"user{n}@shop.EXAMPLE,o{n},2026-04-01,10.00" for n in range(0, 100, 4)]
    (tmp_path / "orders.csv").write_text("email,order_id,order_date,amount\n" + "\n".join(lines) + "\n")
    options = ("--campaign", "spring", "--share", 20, "--key", "email", "--orders", tmp_path / "orders.csv", "--json")
    result = json.loads(run(path, tmp_path / "out.csv", *options).stdout.splitlines()[-1])["result"]
    assert result["all"]["base_rate"] == pytest.approx(0.25)


@pytest.mark.parametrize("also", [(), ("--also-unknown",)])
def test_a_country_that_is_not_known_is_counted_and_may_take_the_one_of_the_others(tmp_path, also):
    path = write(
        tmp_path / "scored.csv", "customer_id,Phone,Country", ["c1,0151 12345678,Atlantis", "c2,0151 12345679,"]
    )
    options = ("--campaign", "spring", "--share", 20, "--country", "Germany", *also)
    done = run(path, tmp_path / "out.csv", *options)
    assert "1 row with a country that is not recognised" in done.stderr
    assert [row["findable"] for row in rows(tmp_path / "out.csv")] == ["true" if also else "false", "true"]
    keys = ["+4915112345678" if also else "c1", "+4915112345679"]
    expected = ["control" if place(key, "spring") < 0.2 else "treated" for key in keys]
    assert [row["group"] for row in rows(tmp_path / "out.csv")] == expected


@pytest.mark.parametrize(
    ("orphan", "of"),
    [
        (["--days", 30], "--orders"),
        (["--currency", "EUR"], "--orders"),
        (["--date-format", "excel"], "--orders"),
        (["--decimal", "comma"], "--orders"),
        (["--also-unknown"], "--country"),
    ],
)
def test_what_would_be_ignored_without_another_option_is_refused(table, tmp_path, orphan, of):
    done = run(table, tmp_path / "out.csv", "--share", 20, *orphan, code=2)
    assert f"Error: {orphan[0]} is about {of}: give both, or leave it out" in done.stderr
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize(("share", "warned"), [("0.2", True), ("1", False)])
def test_a_share_that_looks_like_a_fraction_is_taken_as_percent_and_asked_about(table, tmp_path, share, warned):
    done = run(table, tmp_path / "out.csv", "--campaign", "spring", "--share", share)
    question = "about 2 customers of 1,000 are held back; if 20% was meant, say --share 20."
    assert (question in done.stderr) is warned


def test_the_same_customer_twice_is_refused(tmp_path):
    path = write(tmp_path / "scored.csv", "customer_id,email", ["c1,a@b.de", "c1,a@b.com"])
    done = run(path, tmp_path / "out.csv", "--campaign", "spring", "--share", 20, code=1)
    assert "expected each customer once" in done.stderr


def test_a_draw_without_a_name_warns_that_its_groups_repeat(table, tmp_path):
    done = run(table, tmp_path / "out.csv", "--share", 20)
    assert "Without a name the groups are the same in every campaign" in done.stderr
    assert all((row["group"] == "control") == (place(row["email"]) < 0.2) for row in rows(tmp_path / "out.csv"))


def test_what_holdout_wrote_is_what_measure_takes(table, tmp_path):
    run(table, tmp_path / "out.csv", "--campaign", "spring", "--share", 20)
    drawn = rows(tmp_path / "out.csv")
    today = drawn[0]["day"]
    bought = [row["customer_id"] for n, row in enumerate(drawn) if n % (10 if row["group"] == "control" else 5) == 0]
    lines = [f"{customer},o{n},{today},10.00" for n, customer in enumerate([*bought, "stranger"])]
    (tmp_path / "orders.csv").write_text("customer_id,order_id,order_date,amount\n" + "\n".join(lines) + "\n")
    window = ("--from", today, "--to", today)
    arguments = ["measure", tmp_path / "out.csv", tmp_path / "orders.csv", *window, "--json"]
    done = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert done.exit_code == 0, done.output
    result = json.loads(done.stdout.splitlines()[-1])["result"]
    assert result["campaign"] == "spring"
    assert result["all"]["rate_difference"]["estimate"] == pytest.approx(0.1, abs=0.03)
