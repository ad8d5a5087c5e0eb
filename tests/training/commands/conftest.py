"""Tables that the tests of the commands share, made once."""

import pytest

from tests.helpers.command_line import invoke


@pytest.fixture(scope="session")
def table(tmp_path_factory):
    path = tmp_path_factory.mktemp("table") / "customers.csv"
    assert invoke("sample", path).exit_code == 0
    return path


@pytest.fixture(scope="session")
def orders(tmp_path_factory):
    path = tmp_path_factory.mktemp("orders") / "orders.csv"
    rows = [
        f"{customer},2024-{1 + (customer + order) % 12:02}-{1 + customer % 28:02},{5 + customer % 50}"
        for customer in range(120)
        for order in range(1 + customer % 3)
    ]
    path.write_text("customer,date,amount\n" + "\n".join(rows) + "\n")
    return path
