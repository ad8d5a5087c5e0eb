"""`movement` says who moved between segments."""

import json
import re

from tests.helpers.command_line import rows, run


def test_who_moved_is_said_and_written(shop, tmp_path):
    done = run(
        "movement",
        shop / "january.csv",
        shop / "july.csv",
        tmp_path / "movers.csv",
        "--out-html",
        tmp_path / "moved.html",
    )
    match = re.match(r"([\d,]+) customers are in both tables; ([\d,]+) \([\d.]+%\) moved", done.stdout)
    movers = rows(tmp_path / "movers.csv")
    assert len(movers) == int(match[2].replace(",", ""))
    assert all(row["segment_then"] != row["segment_name"] and row["email"] for row in movers)
    assert "Days since the last order grow" in done.stderr
    page = (tmp_path / "moved.html").read_text()
    assert page.count("<tr") == 6
    assert "@shop.example" not in page


def test_the_same_table_twice_moved_nobody(shop):
    done = run("movement", shop / "july.csv", shop / "july.csv", "--json")
    result = json.loads(done.stdout.splitlines()[-1])["result"]
    assert (result["moved"], result["flows"], result["symmetry"]["p"]) == (0, [], None)


def test_movers_are_not_written_over_a_table_that_is_read(shop):
    done = run("movement", shop / "january.csv", shop / "july.csv", shop / "july.csv", code=2)
    assert "is the table that is read" in done.stderr


def test_nothing_is_said_of_ageing_where_nothing_ages(tmp_path):
    header = "customer_id,age,segment_id,segment,segment_name,borderline,model"
    (tmp_path / "then.csv").write_text(f"{header}\nc1,30,0,a,Kind A,false,m1\n")
    done = run("movement", tmp_path / "then.csv", tmp_path / "then.csv", "--out-html", tmp_path / "moved.html")
    assert "Days since" not in done.stderr
    assert "Days since" not in (tmp_path / "moved.html").read_text()
