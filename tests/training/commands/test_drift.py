"""`drift` says whether customers are still those of the model."""

from tests.helpers.command_line import invoke


def test_drift_is_exit_code_3_once_the_customers_are_others(table, tmp_path):
    assert invoke("fit", table, "--out", tmp_path).exit_code == 0
    option = ["--model", tmp_path / "segmenter.joblib"]
    same = invoke("drift", table, *option)
    assert same.exit_code == 0
    assert "0.0000  Annual income: too few customers to tell" in same.stdout  # 200 of 200: 0.2 may be chance
    assert "0.0%  of the rows could not be used, 0.0% in training" in same.stdout
    richer = tmp_path / "richer.csv"
    header, *lines = table.read_text().splitlines()
    cells = [line.split(",") for line in lines]
    richer.write_text("\n".join([header, *(f"{i},{int(income) + 40},{score}" for i, income, score in cells)]))
    done = invoke("drift", richer, *option)
    assert done.exit_code == 3
    assert "Annual income: differs a lot: fit again" in done.stdout
    assert "Warning: Annual income: " in done.stderr
    assert "of the customers are outside the range that training saw; check the unit." in done.stderr
    assert invoke("drift", richer, *option, "--limit", "1000").exit_code == 0
    for far, is_said in ((2, False), (3, True)):  # of 200: more than one of a hundred
        moved = [f"{i},{1000 if n < far else income},{score}" for n, (i, income, score) in enumerate(cells)]
        richer.write_text("\n".join([header, *moved]))
        assert (
            "Annual income: 1.5% of the customers are outside" in invoke("drift", richer, *option).stderr
        ) is is_said


def test_the_orders_that_a_model_was_fitted_to_have_not_drifted(orders, tmp_path):
    assert invoke("fit", orders, "--orders", "--k", "4", "--out", tmp_path).exit_code == 0
    done = invoke("drift", orders, "--orders", "--model", tmp_path / "segmenter.joblib")
    assert done.exit_code == 0, done.output
    assert "of 120 customers" in done.stderr
