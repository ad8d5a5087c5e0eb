"""The commands on what was done with segments, from orders to what a campaign changed and who moved."""

import csv
import json
import re
import shlex
import subprocess
import sys

import click
import numpy as np
import pytest
from click.testing import CliRunner

from tests.helpers.round_trip import formulas_keep_their_customers
from tests.helpers.service import ROOT
from training.commands import main
from training.commands.drift import DRIFTED
from training.targeting.plan import place


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """Return a folder with a shop's orders of two half-years, its model, and both tables scored."""
    folder = tmp_path_factory.mktemp("shop")
    rng = np.random.default_rng(61)
    lines = ["customer_id,order_id,order_date,amount,email"]
    for number in range(1500):
        often = rng.random() < 0.3
        for half, start in enumerate(("2025-07-01", "2026-01-01")):
            if half and rng.random() < 0.3:
                continue
            for _ in range(1 + rng.poisson(5 if often else 0.5)):
                day = np.datetime64(start) + int(rng.integers(0, 180))
                amount = rng.lognormal(4.5 if often else 3.0, 0.5)
                lines.append(f"c{number},o{len(lines)},{day},{amount:.2f},c{number}@shop.example")
    (folder / "orders.csv").write_text("\n".join(lines) + "\n")
    run("fit", folder / "orders.csv", "--orders", "--out", folder / "model", "--k", "4")
    for name, as_of in (("january", "2026-01-01"), ("july", "2026-07-01")):
        model = folder / "model" / "segmenter.joblib"
        run("score", folder / "orders.csv", folder / f"{name}.csv", "--orders", "--as-of", as_of, "--model", model)
    return folder


def run(*arguments, code=0):
    done = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert done.exit_code == code, done.output
    return done


def rows(path):
    return list(csv.DictReader(path.read_text().splitlines()))


def assign(shop, path, effect, share=0.3):
    """Write an assignment of January's customers, and orders of May with an effect on those written to."""
    rng = np.random.default_rng(62)
    orders = ["customer_id,order_id,order_date,amount", "stranger,x0,2025-07-01,5.00", "stranger,x1,2026-06-01,5.00"]
    with path.open("w", newline="") as file:
        january = rows(shop / "january.csv")
        writer = csv.DictWriter(file, [*january[0], "campaign", "group", "findable", "share", "day"])
        writer.writeheader()
        for row in january:
            control = rng.random() < share
            group = "control" if control else "treated"
            writer.writerow(
                {**row, "campaign": "spring", "group": group, "findable": "true", "share": share, "day": "2026-05-01"}
            )
            if rng.random() < 0.2 + (0 if control else effect):
                orders.append(f"{row['customer_id']},o{len(orders)},2026-05-10,{rng.lognormal(3, 0.5):.2f}")
    (path.parent / "may.csv").write_text("\n".join(orders) + "\n")
    return path.parent / "may.csv"


MAY = ("--from", "2026-05-01", "--to", "2026-05-31")


def test_scored_orders_name_the_customer_the_contact_and_the_model(shop):
    first = rows(shop / "january.csv")[0]
    assert first["email"] == f"{first['customer_id']}@shop.example"
    assert re.fullmatch(r"[0-9a-f]{12}", first["model"])


def test_a_campaign_is_measured(shop, tmp_path):
    orders = assign(shop, tmp_path / "spring.csv", effect=0.15)
    done = run("measure", tmp_path / "spring.csv", orders, *MAY, "--out", tmp_path / "spring.html")
    found = re.match(r"The campaign brought (\d+) more buyers \(95 %: (\d+) to (\d+)\)\.", done.stdout)
    low, high = int(found[2]), int(found[3])
    treated = sum(row["group"] == "treated" for row in rows(tmp_path / "spring.csv"))
    assert low < 0.15 * treated < high
    assert "chance" not in done.stdout.splitlines()[0]
    page = (tmp_path / "spring.html").read_text()
    assert page.count("<svg") == 5
    assert "@shop.example" not in page


def test_a_campaign_without_effect_is_not_told_apart_from_chance(shop, tmp_path):
    orders = assign(shop, tmp_path / "spring.csv", effect=0.0)
    done = run("measure", tmp_path / "spring.csv", orders, *MAY, "--json")
    result = json.loads(done.stdout.splitlines()[-1])["result"]
    assert result["all"]["sentence"].endswith("not told apart from chance.")
    assert result["campaign"] == "spring"
    assert len(result["segments"]) == 4
    assert result["all"]["extra_buyers"]["low"] < 0 < result["all"]["extra_buyers"]["high"]


def test_json_has_the_sentences_that_a_person_reads(shop, tmp_path):
    orders = assign(shop, tmp_path / "spring.csv", effect=0.15)
    measure = ("measure", tmp_path / "spring.csv", orders, *MAY)
    movement = ("movement", shop / "january.csv", shop / "july.csv")
    effects, moved = (
        json.loads(run(*words, "--json").stdout.splitlines()[-1])["result"] for words in (measure, movement)
    )
    said = [
        effect[kind] for effect in (effects["all"], *effects["segments"]) for kind in ("sentence", "revenue_sentence")
    ]
    assert [line.strip() for line in run(*measure).stdout.splitlines()] == said
    assert run(*movement).stdout.splitlines() == moved["sentences"]


def test_ids_that_a_spreadsheet_would_run_are_the_same_customers_all_the_way(tmp_path):
    formulas_keep_their_customers(tmp_path)


def test_a_window_before_the_draw_is_refused(shop, tmp_path):
    orders = assign(shop, tmp_path / "spring.csv", effect=0.0)
    done = run("measure", tmp_path / "spring.csv", orders, "--from", "2026-04-01", "--to", "2026-05-31", code=1)
    assert "when the groups were drawn" in done.stderr


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


def test_segments_are_described_by_another_column(shop, tmp_path):
    table = rows(shop / "july.csv")
    rng = np.random.default_rng(63)
    with (tmp_path / "told.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, [*table[0], "channel", "shoe size"])
        writer.writeheader()
        for row in table:
            online = rng.random() < (0.8 if row["segment_id"] == "0" else 0.3)
            writer.writerow({**row, "channel": "online" if online else "store", "shoe size": rng.integers(36, 46)})
    done = run("profile", tmp_path / "told.csv", "--describe", "channel,shoe size")
    assert re.search(r"channel online: \d\d% here", done.stdout)
    assert "shoe size" not in done.stdout
    result = json.loads(
        run("profile", tmp_path / "told.csv", "--describe", "channel", "--json").stdout.splitlines()[-1]
    )["result"]
    assert result["descriptors"][0]["matters"] is True
    assert sum(result["descriptors"][0]["overall"]) == pytest.approx(1)


def test_a_table_without_segments_is_refused(shop):
    done = run("profile", shop / "orders.csv", "--describe", "email", code=1)
    assert "score the table" in done.stderr


def test_fit_describes_segments_as_profile_does_and_keeps_it_out_of_the_model(tmp_path):
    rng = np.random.default_rng(64)
    group = rng.integers(0, 3, 900)
    columns = {
        "id": np.arange(900),
        "visits": 10 * group + rng.normal(0, 1, 900),
        "spent": 20 * (group == 1) + rng.normal(0, 1, 900),
        "channel": np.where(rng.random(900) < 0.2 + 0.3 * group, "online", "store"),
        "age": rng.integers(20, 70, 900),
    }
    lines = [",".join(columns), *(",".join(map(str, row)) for row in zip(*columns.values(), strict=True))]
    table, model = tmp_path / "customers.csv", tmp_path / "segmenter.joblib"
    table.write_text("\n".join(lines) + "\n")
    features = ["--features", "visits,spent", "--k", "3", "--out", tmp_path]
    done = run("fit", table, *features, "--describe", "channel,age", "--json")
    by_fit = json.loads(done.stdout.splitlines()[-1])["result"]["profile"]
    run("score", table, tmp_path / "scored.csv", "--model", model)
    done = run("profile", tmp_path / "scored.csv", "--describe", "channel,age", "--json")
    by_profile = json.loads(done.stdout.splitlines()[-1])["result"]
    assert by_fit == {key: by_profile[key] for key in by_fit}
    assert [descriptor["matters"] for descriptor in by_fit["descriptors"]] == [True, False]
    sentence = next(said for segment in by_fit["segments"] for said in segment["sentences"])
    assert sentence in (tmp_path / "README.md").read_text()
    assert sentence in (tmp_path / "report.html").read_text()
    assert b"channel" not in model.read_bytes()
    done = run("fit", table, *features, "--describe", "channel,spent", code=1)
    assert 'found "spent": segments differ by what makes them' in done.stderr


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


@pytest.mark.slow
def test_the_worked_example_of_the_readme_is_true_as_it_stands(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    section = (ROOT / "training/README.md").read_text().partition("## From orders to a measured campaign\n")[2]
    commands, shown = (re.search(f"```{language}\n(.*?)```", section, re.DOTALL)[1] for language in ("sh", "text"))
    outputs = []
    for command in commands.splitlines():
        assert command.startswith("python -m training ")
        outputs.append(run(*shlex.split(command)[3:]))
    said = "".join(done.stdout for done in outputs).splitlines()
    assert [line for line in shown.splitlines() if line not in said] == []
    brought = int(re.search(r"brought (\d+) buyers", outputs[0].stderr)[1])
    assert f"an effect that is known: {brought} buyers" in section
    low, high = map(int, re.search(r"The campaign brought \d+ more buyers \(95 %: (\d+) to (\d+)\)", shown).groups())
    assert low < brought < high
    assert {path.name for path in tmp_path.iterdir()} >= {"spring.html", "movement.html", "movers.csv"}


README = (ROOT / "training/README.md").read_text()
SHAPES = json.loads(re.search(r"## Results as JSON.*?```json\n(.*?)```", README, re.DOTALL)[1])
LEAVES = {
    "text": str,
    "number": (int, float),
    "count": int,
    "yes or no": bool,
    "by column, then by value": dict,
    "the model as its file holds it, and its hash": dict,
}


def check(shape, value, where):
    """Compare plain data with its shape as the README has it."""
    if isinstance(shape, dict) and next(iter(shape)).startswith("by "):
        (each,) = shape.values()
        for key, part in value.items():
            check(each, part, f"{where}.{key}")
    elif isinstance(shape, dict):
        assert list(value) == list(shape), where
        for key, part in shape.items():
            check(part, value[key], f"{where}.{key}")
    elif isinstance(shape, list):
        for place, part in enumerate(value):
            check(shape[0], part, f"{where}[{place}]")
    elif value is None:
        assert shape.endswith("?"), where
    elif shape.rstrip("?") in LEAVES:
        assert isinstance(value, LEAVES[shape.rstrip("?")]), where
    else:
        check(SHAPES[shape.rstrip("?")], value, where)


@pytest.mark.slow
def test_results_have_the_shape_that_the_readme_says(shop, tmp_path):
    orders = assign(shop, tmp_path / "spring.csv", effect=0.15)
    past, model = shop / "orders.csv", ("--model", shop / "model" / "segmenter.joblib")
    draw = ("holdout", shop / "july.csv", tmp_path / "draw.csv", "--campaign", "fall", "--share", "20")
    answered = set()
    for command in (
        ("sample", tmp_path / "made_up.csv"),
        ("sample", tmp_path / "made_up.csv", "--orders"),
        ("fit", past, "--orders", "--k", "3", "--describe", "email", "--out", tmp_path),
        ("fit", past, "--orders", "--k", "3", "--out", tmp_path),
        ("rfm", past, tmp_path / "rfm.csv"),
        ("drift", past, "--orders", *model),
        ("drift", past, "--orders", "--as-of", "2025-09-01", *model),
        ("score", shop / "july.csv", tmp_path / "again.csv", *model, "--value", "monetary"),
        draw,
        (*draw, "--base-rate", "0.1"),
        ("measure", tmp_path / "spring.csv", orders, *MAY),
        ("movement", shop / "january.csv", shop / "july.csv"),
        ("movement", shop / "july.csv", shop / "july.csv"),
        ("profile", shop / "july.csv", "--describe", "email,monetary"),
    ):
        name = "sample --orders" if command[0] == "sample" and "--orders" in command else command[0]
        done = CliRunner().invoke(main, [*map(str, command), "--json"])
        assert done.exit_code in (0, DRIFTED if name == "drift" else 0), done.output
        answer = json.loads(done.stdout.splitlines()[-1])["result"]
        answered.add(name)
        assert answer.pop("notes") is not None
        assert answer.pop("warnings") is not None
        check(SHAPES[name], answer, name)
    commands = {name for name in main.list_commands(click.Context(main)) if takes_json(name)}
    assert {name.partition(" ")[0] for name in answered} == commands


def takes_json(name):
    command = main.get_command(click.Context(main), name)
    return any("--json" in option.opts for option in command.params)


@pytest.mark.parametrize("command", ["holdout", "measure", "movement", "profile"])
def test_a_command_on_segments_starts_without_the_libraries_of_a_fit(command):
    heavy = ["sklearn", "scipy.stats", "scipy.optimize", "pandas", "matplotlib"]
    program = f"import sys, training.commands.{command}; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
