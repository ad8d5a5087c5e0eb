"""The columns of order exports, and the words for an order's state, of many shops and languages."""

from pathlib import Path

import pytest

from training.engines.engine import Table
from training.files.source import DataError, Source
from training.tables.order_columns import (
    Choice,
    find_order_columns,
    is_partly_refunded,
    looks_like_order_ids,
    reason_to_leave_out,
)


def source(header):
    path = Path("orders.csv")
    return Source(path, Table("t", dict.fromkeys(header.split(","), "VARCHAR"), "1"), 0, str, path, ",")


EXPORTS = {
    "Shopify": (
        "Name,Email,Financial Status,Paid at,Fulfillment Status,Currency,Subtotal,Shipping,Taxes,Total,Created at,"
        "Lineitem quantity,Lineitem name,Lineitem price,Billing Name,Billing City,Cancelled at,Refunded Amount,Id",
        {"customer": "Email", "order": "Name", "date": "Created at", "amount": "Total", "currency": "Currency",
         "refunded": "Refunded Amount", "cancelled": "Cancelled at"},
    ),
    "WooCommerce": (
        "Order Number,Order Status,Order Date,Customer User ID,Email (Billing),Order Total Amount,Order Refund Amount,"
        "Order Currency,Item Name,Quantity,Item Cost",
        {"customer": "Customer User ID", "order": "Order Number", "date": "Order Date", "amount": "Order Total Amount",
         "currency": "Order Currency", "refunded": "Order Refund Amount"},
    ),
    "Square": (
        "Date,Time,Time Zone,Gross Sales,Discounts,Net Sales,Tax,Tip,Total Collected,Transaction ID,Payment ID,"
        "Customer ID,Customer Name",
        {"customer": "Customer ID", "order": "Transaction ID", "date": "Date", "amount": "Net Sales"},
    ),
    "Stripe": (
        "id,Created date (UTC),Amount,Amount Refunded,Currency,Captured,Status,Customer ID,Customer Email",
        {"customer": "Customer ID", "order": "id", "date": "Created date (UTC)", "amount": "Amount",
         "currency": "Currency", "refunded": "Amount Refunded"},
    ),
    "Magento": (
        "increment_id,customer_id,customer_email,created_at,grand_total,order_currency_code,status,total_refunded",
        {"customer": "customer_id", "order": "increment_id", "date": "created_at", "amount": "grand_total",
         "currency": "order_currency_code", "refunded": "total_refunded"},
    ),
    "BigCommerce": (
        "Order ID,Customer ID,Customer Name,Customer Email,Order Date,Order Status,Subtotal (inc tax),"
        "Order Total (inc tax),Order Currency Code,Refunded Amount",
        {"customer": "Customer ID", "order": "Order ID", "date": "Order Date", "amount": "Order Total (inc tax)",
         "currency": "Order Currency Code", "refunded": "Refunded Amount"},
    ),
    "Etsy": (
        "Sale Date,Order ID,Buyer User ID,Full Name,Ship City,Currency,Order Value,Discount Amount,Order Total,Status",
        {"customer": "Buyer User ID", "order": "Order ID", "date": "Sale Date", "amount": "Order Total",
         "currency": "Currency"},
    ),
    "Amazon": (
        "order-id,order-item-id,purchase-date,buyer-email,sku,quantity-purchased,currency,item-price,order-status",
        {"customer": "buyer-email", "order": "order-id", "date": "purchase-date", "amount": "item-price",
         "currency": "currency"},
    ),
    "French": ("N° commande,N° client,Date de commande,Montant total,Devise,Statut",
               {"order": "N° commande", "date": "Date de commande", "amount": "Montant total", "currency": "Devise"}),
    "German": ("Bestellnummer,Kundennummer,Bestelldatum,Gesamtbetrag,Währung,Bestellstatus",
               {"customer": "Kundennummer", "order": "Bestellnummer", "date": "Bestelldatum", "amount": "Gesamtbetrag",
                "currency": "Währung"}),
    "Spanish": ("Número de pedido,Cliente,Fecha del pedido,Importe total,Moneda,Estado",
                {"customer": "Cliente", "order": "Número de pedido", "date": "Fecha del pedido",
                 "amount": "Importe total", "currency": "Moneda"}),
    "Portuguese": ("id_pedido,cliente,data,valor total,moeda",
                   {"customer": "cliente", "order": "id_pedido", "date": "data", "amount": "valor total",
                    "currency": "moeda"}),
    "Italian": ("Numero ordine,Codice cliente,Data ordine,Totale,Valuta",
                {"customer": "Codice cliente", "order": "Numero ordine", "date": "Data ordine", "amount": "Totale",
                 "currency": "Valuta"}),
    "Dutch": ("Bestelnummer,Klantnummer,Besteldatum,Totaalbedrag",
              {"customer": "Klantnummer", "order": "Bestelnummer", "date": "Besteldatum", "amount": "Totaalbedrag"}),
    "Polish": ("Numer zamówienia,Numer klienta,Data zamówienia,Kwota,Waluta,Status",
               {"customer": "Numer klienta", "order": "Numer zamówienia", "date": "Data zamówienia",
                "amount": "Kwota", "currency": "Waluta"}),
    "Turkish": ("Sipariş No,Müşteri No,Sipariş Tarihi,Toplam Tutar,Para Birimi",
                {"customer": "Müşteri No", "order": "Sipariş No", "date": "Sipariş Tarihi", "amount": "Toplam Tutar",
                 "currency": "Para Birimi"}),
}  # fmt: skip


@pytest.mark.parametrize("shop", EXPORTS)
def test_the_columns_of_an_export_are_found(shop):
    header, expected = EXPORTS[shop]
    roles = find_order_columns(source(header), Choice()).roles
    assert {role: roles.get(role) for role in expected} == expected


@pytest.mark.parametrize(
    "header", ["Wartość brutto", "Gesamtbetrag inkl. MwSt", "Total HT", "Importe total IVA incl", "Umsatz netto"]
)
def test_words_on_tax_do_not_hide_what_an_amount_is(header):
    assert find_order_columns(source(f"customer,date,Order Net,{header}"), Choice()).roles == {
        "customer": "customer",
        "date": "date",
        "amount": header,
    }


def test_the_states_of_an_order_may_stand_in_several_columns():
    columns = find_order_columns(source("customer,date,amount,Order Status,Payment Status"), Choice())
    assert columns.statuses == ["Order Status", "Payment Status"]
    chosen = find_order_columns(source("customer,date,amount,Order Status,how it went"), Choice(status="how it went"))
    assert chosen.statuses == ["how it went"]


def test_a_column_named_by_hand_counts_before_those_that_are_known():
    columns = find_order_columns(source("Name,id,Email,Financial Status,Created at,Total"), Choice(order="ID"))
    assert columns.roles["order"] == "id"


def test_what_may_be_an_order_id_is_named_where_none_is_known():
    table = source("customer,date,amount,webshop_order_ref")
    assert looks_like_order_ids(table, find_order_columns(table, Choice())) == ["webshop_order_ref"]


def test_without_customer_date_and_amount_the_options_are_named():
    with pytest.raises(DataError, match=r"found none for customer and date .*; name it with --customer COLUMN --date"):
        find_order_columns(source("who,total"), Choice())


@pytest.mark.parametrize(
    ("why", "states"),
    [
        ("cancelled", ["cancelled", "Canceled", "wc-cancelled", "voided", "storniert", "annulée", "Cancelado",
                       "Anulado", "annullato", "geannuleerd", "anulowane", "İptal Edildi"]),
        ("failed", ["Failed", "payment failed", "declined", "Abandoned", "fehlgeschlagen", "échouée", "rechazado",
                    "recusado", "rifiutato", "mislukt", "odrzucone", "başar\u0131s\u0131z", "Incomplete"]),
        ("refunded", ["refunded", "Refund", "chargeback", "Returned", "erstattet", "remboursée", "reembolsado",
                      "rimborsato", "terugbetaald", "zwrócone", "iade edildi"]),
        ("drafts", ["draft", "checkout-draft", "Entwurf", "brouillon", "borrador", "bozza", "taslak"]),
        ("tests", ["test", "TEST"]),
        ("", ["paid", "completed", "shipped", "pending", "processing", "partially_refunded", "teilweise erstattet",
              "not refunded", "refund requested", "unfulfilled", "Bezahlt", "Testimonial", ""]),
    ],
)  # fmt: skip
def test_words_for_an_orders_state_say_why_it_does_not_count(why, states):
    assert {state: reason_to_leave_out(state) for state in states} == dict.fromkeys(states, why)


def test_orders_that_were_partly_paid_back_are_told():
    assert is_partly_refunded("partially_refunded")
    assert not is_partly_refunded("partially_paid")
    assert not is_partly_refunded("refunded")


@pytest.mark.parametrize(
    "header", ["ID do cliente", "ID del cliente", "Código del cliente", "Codice del cliente", "ID of the customer"]
)
def test_small_words_do_not_hide_whose_an_id_is(header):
    assert find_order_columns(source(f"{header},date,amount"), Choice()).roles["customer"] == header
