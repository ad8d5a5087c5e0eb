"""`fit` writes a model, its card and its report."""

import json
import sys

import numpy as np
import pytest

from function.model import load
from tests.helpers.command_line import invoke, run
from tests.helpers.real_tables import MALL, needs_mall
from tests.helpers.service import ROOT
from training.naming.words import VERDICTS


def test_fit_writes_a_model_that_loads_and_a_card_that_names_it(table, tmp_path):
    done = invoke("fit", table, "--out", tmp_path)
    assert done.exit_code == 0, done.output
    segmenter = load(tmp_path / "segmenter.joblib")
    card = (tmp_path / "README.md").read_text()
    assert card.startswith(f"# Customer segments `{segmenter.hash}`\n")
    for segment in segmenter.model.segments:
        assert segment.name in done.stdout
        assert f"{segment.name} ({segment.slug}) | {segment.size} |" in card
    assert str(segmenter.model.provenance["sha256"]) in card
    assert f"{segmenter.model.metrics['silhouette']:.6f}" in card


@pytest.mark.parametrize("name", ["[/red]", "[bold]", "a\nb"])
def test_a_name_that_looks_like_markup_or_has_two_lines_is_only_a_name(table, tmp_path, name):
    result = invoke("fit", table, "--k", "2", "--out", tmp_path / name)
    assert result.exit_code == 0, result.output
    assert (tmp_path / name / "segmenter.joblib").exists()


def test_an_error_is_one_line_whatever_the_header_holds(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text('"a\nb",c,' + ",".join(f"f{number}" for number in range(2000)) + "\n" + "1," * 2001 + "1\n")
    result = invoke("fit", path, "--features", "nope", "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    assert result.stderr.rstrip().endswith(
        'expected a column "nope", found a\\nb, c, '
        + ", ".join(f"f{number}" for number in range(18))
        + " and 1,982 more"
    )


def test_a_table_without_the_pair_lists_its_numeric_columns_and_a_ready_command(tmp_path):
    path = tmp_path / "shop list.csv"
    path.write_text("name,age,visits\nAnn,31,4\nBob,,7\nCec,44,9\nDan,52,1\nEve,38,2\n")
    done = invoke("fit", path, "--out", tmp_path)
    assert done.exit_code == 1
    assert "numeric columns: visits, age" in done.stderr
    assert f"python -m training fit '{path}' --features visits,age --out {tmp_path}" in done.stderr


def test_an_unknown_column_is_named_beside_those_there_are(table, tmp_path):
    done = invoke("fit", table, "--features", "age", "--out", tmp_path)
    assert done.exit_code == 1
    assert 'expected a column "age", found CustomerID, Annual Income (k$), Spending Score (1-100)' in done.stderr


def test_a_folder_that_cannot_be_written_is_exit_code_1(table, tmp_path):
    (tmp_path / "file").write_text("")
    done = invoke("fit", table, "--out", tmp_path / "file" / "models")
    assert done.exit_code == 1
    assert done.stderr.count("\n") == 1
    assert "cannot be written" in done.stderr


@needs_mall
def test_the_shipped_model_is_the_one_that_training_makes_of_the_mall_table(tmp_path):
    assert invoke("fit", MALL, "--out", tmp_path).exit_code == 0
    made, shipped = load(tmp_path / "segmenter.joblib").model, load(ROOT / "models" / "segmenter.joblib").model
    assert made.features == shipped.features
    for ours, theirs in zip(made.segments, shipped.segments, strict=True):
        assert (ours.id, ours.slug, ours.name, ours.size) == (theirs.id, theirs.slug, theirs.name, theirs.size)
        assert (ours.description, ours.action) == (theirs.description, theirs.action)
        assert ours.centroid == pytest.approx(theirs.centroid, rel=1e-12)


def test_orders_become_a_model_of_recency_frequency_and_monetary_value(orders, tmp_path):
    done = invoke("fit", orders, "--orders", "--k", "4", "--out", tmp_path)
    assert done.exit_code == 0, done.output
    model = load(tmp_path / "segmenter.joblib").model
    assert [(f.name, f.unit) for f in model.features] == [
        ("recency_days", "days"),
        ("frequency", "orders"),
        ("monetary", ""),
    ]
    assert model.provenance["rows"] == 120
    assert "of 120 customers" in done.stderr
    assert "of 120 customers" in (tmp_path / "README.md").read_text()


def test_the_model_of_a_huge_table_for_which_memory_is_given_back_is_the_same(orders, tmp_path, monkeypatch):
    def content(name):
        done = invoke("fit", orders, "--orders", "--k", "4", "--out", tmp_path / name)
        assert done.exit_code == 0, done.output
        return (tmp_path / name / "segmenter.joblib").read_bytes()

    plain = content("plain")
    monkeypatch.setattr(sys.modules["training.commands.fit"], "_HUGE", 10)
    assert content("huge") == plain


def test_k_is_chosen_with_the_whole_table_in_the_card(table, tmp_path):
    assert invoke("fit", table, "--k", "auto", "--out", tmp_path).exit_code == 0
    assert len(load(tmp_path / "segmenter.joblib").model.segments) == 5
    card = (tmp_path / "README.md").read_text()
    assert all(f"\n| {k} | " in card for k in (2, 3, 4, 6, 7, 8, 9, 10))
    assert "\n| 5 (chosen) | " in card


def test_k_is_chosen_where_the_features_are_not_the_pair_and_noise_is_a_warning(tmp_path):
    random = np.random.default_rng(0)
    path = tmp_path / "noise.csv"
    path.write_text("age,visits\n" + "".join(f"{a:.4f},{b:.4f}\n" for a, b in random.uniform(size=(300, 2))))
    done = invoke("fit", path, "--features", "age,visits", "--out", tmp_path)
    assert done.exit_code == 0
    model = load(tmp_path / "segmenter.joblib").model
    assert model.verdict == "constructed"
    assert model.warnings[0] == VERDICTS["constructed"]
    assert model.warnings[0] in done.stderr
    assert model.warnings[0] in (tmp_path / "README.md").read_text()
    assert model.metrics["stability"] < 1


@pytest.mark.parametrize(
    ("features", "code", "message"),
    [
        ("", 2, "--features"),
        (",", 1, 'expected a column ""'),
        ("CustomerID,customerid", 1, 'found "CustomerID" twice'),
        ("annual income (k$); CustomerID", 1, "; separate columns by commas"),
        ("customerid CustomerID", 1, "; separate columns by commas"),
    ],
)
def test_features_that_name_nothing_or_one_thing_twice_are_refused(table, features, code, message):
    done = invoke("fit", table, "--features", features)
    assert done.exit_code == code
    assert message in done.stderr


def test_a_playbook_survives_retraining_and_fresh_forgets_it(table, tmp_path):
    words = tmp_path / "words.toml"
    words.write_text('fixed = ["Annual income"]\n\n[careful]\nname = "Quality seekers"\n')
    out = ["--out", tmp_path]
    assert invoke("fit", table, *out, "--playbook", words).exit_code == 0
    again = invoke("fit", table, *out)
    assert "5 segments continue those of model" in again.stderr
    assert "0.0% of these customers changed segment" in again.stderr
    assert "| continues |" in (tmp_path / "README.md").read_text()
    named = {s.slug: s.name for s in load(tmp_path / "segmenter.joblib").model.segments}
    assert named["careful"] == "Quality seekers"
    assert [f.fixed for f in load(tmp_path / "segmenter.joblib").model.features] == [True, False]
    assert invoke("fit", table, *out, "--fresh").exit_code == 0
    fresh = load(tmp_path / "segmenter.joblib").model
    assert "Careful" in [s.name for s in fresh.segments]
    assert [f.fixed for f in fresh.features] == [False, False]


def test_a_damaged_last_model_is_refused_unless_fresh(table, tmp_path):
    (tmp_path / "segmenter.joblib").write_bytes(b"damaged")
    done = invoke("fit", table, "--out", tmp_path)
    assert done.exit_code == 1
    assert "segmenter.joblib: not a model file as training writes it: it is empty or of another kind;" in done.stderr
    assert "; to start anew without it, add --fresh" in done.stderr
    assert invoke("fit", table, "--out", tmp_path, "--fresh").exit_code == 0


def test_a_refused_model_in_the_folder_gives_one_line(table, tmp_path):
    (tmp_path / "segmenter.joblib").write_bytes(b"\x80\x04crap")
    done = invoke("fit", table, "--out", tmp_path)
    assert done.exit_code == 1
    assert done.stderr.startswith("Error: ")
    assert done.stderr.rstrip().endswith("to start anew without it, add --fresh")
    assert len(done.stderr.splitlines()) == 1


def test_ids_that_were_retired_are_in_the_model_and_never_come_back(table, tmp_path):
    out = ["--out", tmp_path]
    assert invoke("fit", table, *out).exit_code == 0
    assert invoke("fit", table, "--features", "spending_score", "--k", "3", *out).exit_code == 0
    model = load(tmp_path / "segmenter.joblib").model
    assert model.retired_ids == [0, 1, 2, 3, 4]
    assert sorted(s.id for s in model.segments) == [5, 6, 7]


def test_a_model_without_a_common_feature_is_not_continued(table, orders, tmp_path):
    out = ["--out", tmp_path]
    assert invoke("fit", table, *out).exit_code == 0
    done = invoke("fit", orders, "--orders", "--k", "3", *out)
    model = load(tmp_path / "segmenter.joblib").model
    assert (model.retired_ids, sorted(s.id for s in model.segments)) == ([], [0, 1, 2])
    assert "continue" not in done.stderr


def test_a_model_of_other_features_is_not_continued(table, tmp_path):
    assert invoke("fit", table, "--out", tmp_path).exit_code == 0
    path = tmp_path / "t.csv"
    path.write_text("age,visits\n" + "".join(f"{20 + i * 7 % 40},{i * 5 % 23}\n" for i in range(60)))
    done = invoke("fit", path, "--features", "age,visits", "--k", "3", "--out", tmp_path)
    assert done.exit_code == 0, done.output
    assert "retired" not in done.stderr
    assert sorted(s.id for s in load(tmp_path / "segmenter.joblib").model.segments) == [0, 1, 2]


@pytest.mark.slow
def test_a_date_among_the_features_is_fitted_and_scored_as_days(tmp_path):
    path = tmp_path / "t.csv"
    rows = [f"{i},2024-{1 + i % 12:02}-{1 + i % 28:02},{'yes' if i % 3 else 'no'},{i % 7}%" for i in range(60)]
    path.write_text("id,Signup date,member,rate\n" + "\n".join(rows) + "\n")
    features = ["--features", "Signup date,member,rate", "--k", "2", "--out", tmp_path]
    assert invoke("fit", path, *features).exit_code == 1
    done = invoke("fit", path, *features, "--as-of", "2025-01-01")
    assert done.exit_code == 0, done.output
    features_of_model = load(tmp_path / "segmenter.joblib").model.features
    assert [(f.name, f.unit, f.day) for f in features_of_model] == [
        ("signup_date_days", "days", "2025-01-01"),
        ("member", "", None),
        ("rate", "%", None),
    ]
    done = invoke("score", path, tmp_path / "s.csv", "--model", tmp_path / "segmenter.joblib")
    assert done.exit_code == 0, done.output
    assert "60 rows written" in done.stderr


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
