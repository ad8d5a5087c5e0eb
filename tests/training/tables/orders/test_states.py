"""What the state of an order and the kind of a row say, by tables worked out by hand."""

import pytest

from training.tables.orders.states import is_partly_refunded, reason_to_leave_out

ORDERS = "1,a,2024-01-01,100,{no}\n2,a,2024-01-01,7,{yes}\n3,b,2024-01-01,8,{no}\n"


@pytest.mark.parametrize("header", ["Type", "Transaction Type", "Kind", "Tipo de transacción", "Transaktionsart"])
def test_a_refund_above_zero_is_taken_off_the_order_that_it_pays_back(read, header):
    customers, summary = read(
        f"order,customer,date,amount,{header}\n1,a,2024-01-01,100,Sale\n2,a,2024-01-02,50,Sale\n"
        "1,a,2024-01-05,40,Payment Refund\n3,b,2024-01-03,30,Sale\n"
    )
    assert customers == {"a": (2, 110.0), "b": (1, 30.0)}
    assert f"1 row with a refund by {header}: taken off the total." in summary.notes


@pytest.mark.parametrize("rest", ["9,a,2024-01-05,40,Refund", ",a,2024-01-05,40,Refund"])
def test_a_refund_above_zero_of_no_order_that_is_there_is_left_out_and_said(read, rest):
    text = f"order,customer,date,amount,Type\n1,a,2024-01-01,100,Sale\n2,b,2024-01-01,70,Sale\n{rest}\n"
    customers, summary = read(text)
    assert customers == {"a": (1, 100.0), "b": (1, 70.0)}
    assert any(note.startswith("1 row left out: refunds by Type, though above zero") for note in summary.notes)


def test_refunds_below_zero_are_returns_and_one_above_zero_beside_them_is_left_out(read):
    customers, summary = read(
        "order,customer,date,amount,Type\n1,a,2024-01-01,100,Sale\n1,a,2024-01-02,-40,Refund\n1,a,2024-01-03,15,Refund\n"
        "2,b,2024-01-01,70,Sale\n"
    )
    assert customers == {"a": (1, 60.0), "b": (1, 70.0)}
    assert any(note.startswith("1 row left out: refunds by Type") for note in summary.notes)


def test_a_kind_that_is_named_as_the_state_leaves_all_its_refunds_out(read):
    text = "order,customer,date,amount,Type\n1,a,2024-01-01,100,Sale\n1,a,2024-01-05,40,Refund\n2,b,2024-01-01,7,Sale\n"
    customers, summary = read(text, status="Type")
    assert customers == {"a": (1, 100.0), "b": (1, 7.0)}
    assert "1 row left out: refunded by Type." in summary.notes


def test_the_type_of_what_was_bought_changes_nothing(read):
    text = "order,customer,date,amount,Type\n1,a,2024-01-01,100,Returnable bottle\n2,b,2024-01-01,7,Gift\n"
    assert read(text)[0] == {"a": (1, 100.0), "b": (1, 7.0)}


@pytest.mark.parametrize("header", ["Cancelled", "canceled", "Is Cancelled", "Voided", "Storniert", "Annulé"])
@pytest.mark.parametrize(
    ("yes", "no"), [("TRUE", "FALSE"), ("1", "0"), ("ja", "nein"), ("2024-01-03", ""), ("5", "0000-00-00 00:00:00")]
)
def test_a_column_that_says_whether_an_order_was_cancelled_is_read(read, header, yes, no):
    text = (
        f"order,customer,date,amount,{header}\n1,a,2024-01-01,100,{no}\n2,a,2024-01-01,7,{yes}\n3,b,2024-01-01,8,{no}\n"
    )
    customers, summary = read(text)
    assert customers == {"a": (1, 100.0), "b": (1, 8.0)}
    assert "1 row left out: cancelled." in summary.notes


@pytest.mark.parametrize(("yes", "no"), [("TRUE", "FALSE"), ("1", "0"), ("yes", "")])
def test_a_column_that_says_whether_an_order_was_refunded_is_no_amount(read, yes, no):
    text = "order,customer,date,amount,Is Refunded\n" + ORDERS.format(no=no, yes=yes)
    assert read(text)[0] == {"a": (1, 100.0), "b": (1, 8.0)}


@pytest.mark.parametrize(
    ("why", "states"),
    [
        ("cancelled", ["cancelled", "Canceled", "wc-cancelled", "voided", "storniert", "annulée", "Cancelado",
                       "Anulado", "annullato", "geannuleerd", "anulowane", "Stornowane", "İptal Edildi"]),
        ("failed", ["Failed", "payment failed", "declined", "Abandoned", "fehlgeschlagen", "échouée", "rechazado",
                    "recusado", "rifiutato", "mislukt", "odrzucone", "başar\u0131s\u0131z", "Incomplete", "Errore",
                    "Erreur de paiement", "requires_payment_method"]),
        ("refunded", ["refunded", "Refund", "chargeback", "Returned", "erstattet", "remboursée", "reembolsado",
                      "rimborsato", "terugbetaald", "zwrócone", "iade edildi", "Estornado", "Devolución",
                      "Retour ontvangen", "Retourniert"]),
        ("drafts", ["draft", "checkout-draft", "Entwurf", "brouillon", "borrador", "bozza", "taslak"]),
        ("tests", ["test", "TEST"]),
        ("", ["paid", "completed", "shipped", "pending", "processing", "partially_refunded", "teilweise erstattet",
              "not refunded", "refund requested", "retour aangevraagd", "unfulfilled", "Bezahlt", "Testimonial", ""]),
    ],
)  # fmt: skip
def test_words_for_an_orders_state_say_why_it_does_not_count(why, states):
    assert {state: reason_to_leave_out(state) for state in states} == dict.fromkeys(states, why)


def test_orders_that_were_partly_paid_back_are_told():
    assert is_partly_refunded("partially_refunded")
    assert not is_partly_refunded("partially_paid")
    assert not is_partly_refunded("refunded")
