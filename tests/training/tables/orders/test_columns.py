"""The columns of order exports of many shops and languages."""

from pathlib import Path

import duckdb
import pytest

from training.engines.engine import Table
from training.files.formats import open_table
from training.files.source import DataError, Source
from training.tables.orders.columns import (
    Choice,
    find_order_columns,
    looks_like_order_ids,
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
    "WooCommerce, analytics": (
        "Date,Order #,N. Revenue (formatted),Status,Customer,Items sold,N. Revenue",
        {"customer": "Customer", "order": "Order #", "date": "Date", "amount": "N. Revenue"},
    ),
    "WooCommerce, a plugin": (
        "order_id,date,status,tax_total,discount_total,order_total,refunded_total,order_currency,customer_id,item_total",
        {"customer": "customer_id", "order": "order_id", "date": "date", "amount": "order_total",
         "currency": "order_currency", "refunded": "refunded_total"},
    ),
    "WooCommerce, API": (
        "id,number,order_key,date_created,status,currency,total,customer_id,billing.first_name,billing.email",
        {"customer": "customer_id", "order": "id", "date": "date_created", "amount": "total", "currency": "currency"},
    ),
    "Shopify, API": (
        "id,name,email,created_at,financial_status,total_price,currency,test,cancelled_at,customer.id,customer.email,"
        "customer.created_at,customer.state,total_price_set.shop_money.amount,total_price_set.shop_money.currency_code",
        {"customer": "customer.id", "order": "name", "date": "created_at", "amount": "total_price",
         "currency": "currency", "cancelled": "cancelled_at", "test": "test"},
    ),
    "Wix": ("Order number,Date created,Contact email,Item,Qty,Price,Total tax,Total,Currency,Refunded amount",
            {"customer": "Contact email", "order": "Order number", "date": "Date created", "amount": "Total",
             "refunded": "Refunded amount"}),
    "Square": (
        "Date,Time,Time Zone,Gross Sales,Discounts,Net Sales,Tax,Tip,Total Collected,Net Total,Transaction ID,"
        "Payment ID,Customer ID,Customer Name,Customer Reference ID,Transaction Status",
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
    "WooCommerce in French": (
        "Numéro de commande,État de la commande,Date de commande,E-mail (facturation),Montant total de la commande,"
        "Montant remboursé de la commande",
        {"customer": "E-mail (facturation)", "order": "Numéro de commande", "date": "Date de commande",
         "amount": "Montant total de la commande", "refunded": "Montant remboursé de la commande"}),
    "WooCommerce in Spanish": (
        "Número de pedido,Fecha del pedido,Correo electrónico (facturación),Importe total del pedido,"
        "Importe del reembolso",
        {"customer": "Correo electrónico (facturación)", "amount": "Importe total del pedido",
         "refunded": "Importe del reembolso"}),
    "WooCommerce in Italian": (
        "Numero d'ordine,Stato dell'ordine,Data dell'ordine,Email cliente,Importo totale dell'ordine",
        {"customer": "Email cliente", "order": "Numero d'ordine", "date": "Data dell'ordine",
         "amount": "Importo totale dell'ordine"}),
    "WooCommerce in Dutch": (
        "Bestelnummer,Besteldatum,E-mailadres (facturering),Totaalbedrag bestelling,Terugbetaald bedrag",
        {"customer": "E-mailadres (facturering)", "amount": "Totaalbedrag bestelling",
         "refunded": "Terugbetaald bedrag"}),
    "Olist": (
        "order_id,customer_id,order_status,order_purchase_timestamp,customer_unique_id,payment_value",
        {"customer": "customer_unique_id", "order": "order_id", "date": "order_purchase_timestamp",
         "amount": "payment_value"},
    ),
    "an Italian ledger": ("Numero,Data doc.,Cod. cliente,Cliente,Tot. imponibile,Tot. IVA,Tot. doc.",
                          {"customer": "Cod. cliente", "date": "Data doc.", "amount": "Tot. doc."}),
    "Polish, a shop": ("Numer zamówienia,Data złożenia,E-mail klienta,Suma zamówienia",
                       {"customer": "E-mail klienta", "date": "Data złożenia", "amount": "Suma zamówienia"}),
    "eBay in German": ("Bestellnummer,E-Mail des Käufers,Gesamtbetrag,Verkauft am,Zahlungsdatum",
                       {"customer": "E-Mail des Käufers", "date": "Verkauft am", "amount": "Gesamtbetrag"}),
    "Shopware 5": (
        "orderId,orderNumber,customerId,email,invoiceAmount,invoiceAmountNet,orderTime,status,statusDescription,currency",
        {"customer": "customerId", "order": "orderId", "date": "orderTime", "amount": "invoiceAmount"}),
    "Shopware 6": (
        "id,order_number,price_total,order_date_time,order_customer.email,order_customer.customer_number,"
        "transactions.state,state,currency.iso_code",
        {"customer": "order_customer.customer_number", "order": "order_number", "date": "order_date_time",
         "amount": "price_total"}),
    "PrestaShop, SQL": (
        "id_order,reference,id_customer,id_currency,current_state,payment,total_paid,total_paid_real,date_add,date_upd",
        {"customer": "id_customer", "order": "id_order", "date": "date_add", "amount": "total_paid"}),
    "OpenCart": ("Order ID,Customer,Status,Total,Date Added,Date Modified",
                 {"customer": "Customer", "order": "Order ID", "date": "Date Added", "amount": "Total"}),
    "Lightspeed": ("Date,Receipt,Receipt Number,Sale ID,Item,Qty,Subtotal,Tax,Total,Customer,Customer ID,Email",
                   {"customer": "Customer ID", "order": "Receipt Number", "date": "Date", "amount": "Total"}),
    "Zoho": ("SalesOrder ID,Order Date,SalesOrder Number,Status,Customer ID,Item Total,Total",
             {"customer": "Customer ID", "order": "SalesOrder ID", "date": "Order Date", "amount": "Total"}),
    "Zuora": ("Invoice: Invoice Number,Account: Account Number,Account: Name,Invoice: Invoice Date,Invoice: Amount",
              {"customer": "Account: Account Number", "date": "Invoice: Invoice Date", "amount": "Invoice: Amount"}),
    "Salesforce": ("Account Name,Account ID,Stage,Amount Currency,Amount,Close Date,Opportunity ID,Created Date",
                   {"customer": "Account ID", "order": "Opportunity ID", "date": "Close Date", "amount": "Amount"}),
    "Salesforce without ids": ("Account Name,Stage,Amount,Close Date",
                               {"customer": "Account Name", "date": "Close Date", "amount": "Amount"}),
    "Odoo, lines": ("Order Reference,Order Date,Customer,Customer/ID,Order Lines/Quantity,Order Lines/Total",
                    {"customer": "Customer/ID", "order": "Order Reference", "date": "Order Date",
                     "amount": "Order Lines/Total"}),
    "GA4 in BigQuery": (
        "event_date,event_name,user_id,ecommerce.transaction_id,ecommerce.purchase_revenue",
        {"customer": "user_id", "order": "ecommerce.transaction_id", "date": "event_date",
         "amount": "ecommerce.purchase_revenue"}),
    "SAP": ("Verkaufsbeleg,Auftraggeber,Angelegt am,Nettowert,Belegwährung",
            {"customer": "Auftraggeber", "order": "Verkaufsbeleg", "date": "Angelegt am", "amount": "Nettowert",
             "currency": "Belegwährung"}),
    "SAP's own names": ("VBELN,KUNNR,ERDAT,NETWR,WAERK",
                        {"customer": "KUNNR", "order": "VBELN", "date": "ERDAT", "amount": "NETWR"}),
    "a German book of invoices": ("Rechnungsnummer,Rechnungsdatum,Debitor,Kundenname,Netto,USt,Brutto",
                                  {"customer": "Debitor", "order": "Rechnungsnummer", "amount": "Brutto"}),
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


@pytest.mark.parametrize(
    "header",
    ["Sales CLP", "Amount USD", "Total (EUR)", "grand_total_idr", "Montant commande XOF", "Betrag (brutto) in EUR"],
)
def test_a_currency_behind_the_amounts_name_does_not_hide_it(header):
    assert find_order_columns(source(f"customer,date,{header}"), Choice()).roles["amount"] == header


@pytest.mark.parametrize("headers", ["Total (USD),Total (EUR)", "Amount CAD,Amount USD", "Sales CLP,Total USD"])
def test_of_amounts_in_several_currencies_none_is_taken_unless_one_has_no_currency(headers):
    with pytest.raises(DataError, match="found none for amount"):
        find_order_columns(source(f"customer,date,{headers}"), Choice())
    assert find_order_columns(source(f"customer,date,{headers},Total"), Choice()).roles["amount"] == "Total"
    choice = Choice(currency="USD")
    assert "USD" in find_order_columns(source(f"customer,date,{headers},Total"), choice).roles["amount"]


def test_the_states_of_an_order_may_stand_in_several_columns():
    columns = find_order_columns(source("customer,date,amount,Order Status,Payment Status"), Choice())
    assert columns.statuses == ["Order Status", "Payment Status"]
    chosen = find_order_columns(source("customer,date,amount,Order Status,how it went"), Choice(status="how it went"))
    assert chosen.statuses == ["how it went"]


@pytest.mark.parametrize(
    ("headers", "statuses"),
    [
        ("Estado de la orden,Estado del pago,Estado del envío", ["Estado de la orden", "Estado del pago"]),
        ("Status do Pedido,Status do Pagamento,Status do Envio", ["Status do Pedido", "Status do Pagamento"]),
        ("Sipariş Statüsü,Ödeme Durumu", ["Sipariş Statüsü", "Ödeme Durumu"]),
        ("order-status,item-status,ship-state", ["order-status", "item-status"]),
        ("Bestelstatus,Betaalstatus,Verzendstatus", ["Bestelstatus", "Betaalstatus"]),
        ("Fulfillment Status,Dispute Status,Billing State", []),
    ],
)
def test_the_state_of_an_order_and_of_its_payment_is_read_and_that_of_its_parcel_is_not(headers, statuses):
    assert find_order_columns(source(f"customer,date,amount,{headers}"), Choice()).statuses == statuses


@pytest.mark.parametrize("tax", ["Total tax", "Tax Total", "Total IVA", "Totaal BTW", "Order Total Tax Amount"])
def test_the_total_of_a_tax_is_not_taken_for_the_amount(tax):
    with pytest.raises(DataError, match="found none for amount"):
        find_order_columns(source(f"customer,date,{tax}"), Choice())


def test_where_two_headers_may_hold_the_amount_neither_is_taken():
    with pytest.raises(DataError, match="found none for amount"):
        find_order_columns(source("cliente,fecha,total compra,importe venta"), Choice())


def test_a_column_named_by_hand_counts_before_those_that_are_known():
    columns = find_order_columns(source("Name,id,Email,Financial Status,Created at,Total"), Choice(order="ID"))
    assert columns.roles["order"] == "id"


def test_one_column_is_not_customer_and_date():
    with pytest.raises(DataError, match='another column for date than for customer, found "date" for both'):
        find_order_columns(source("id,date,amount"), Choice(customer="date"))


def test_a_column_that_is_there_twice_is_taken_only_if_named():
    table = source("customer,date,Total,Total_2")
    with pytest.raises(DataError, match='one column for amount, found "Total" and "Total_2"; say which with --amount'):
        find_order_columns(table, Choice())
    assert find_order_columns(table, Choice(amount="Total_2")).roles["amount"] == "Total_2"


def test_a_column_of_parquet_that_is_there_twice_is_taken_only_if_named(engine, tmp_path):
    path = tmp_path / "orders.parquet"
    duckdb.sql("SELECT 'a' AS customer, DATE '2024-01-01' AS date, 1 AS amount, 2 AS amoun_").write_parquet(str(path))
    path.write_bytes(path.read_bytes().replace(b"amoun_", b"Amount"))
    table = open_table(engine, str(path))
    with pytest.raises(DataError, match='found "amount" and "Amount_1"; say which with --amount COLUMN'):
        find_order_columns(table, Choice())
    assert find_order_columns(table, Choice(amount="Amount_1")).roles["amount"] == "Amount_1"


def test_what_may_be_an_order_id_is_named_where_none_is_known():
    table = source("customer,date,amount,webshop_order_ref")
    assert looks_like_order_ids(table, find_order_columns(table, Choice())) == ["webshop_order_ref"]
    table = source("customer,date,amount,id,N\ufffdmero de orden")  # a letter was lost on the way
    assert looks_like_order_ids(table, find_order_columns(table, Choice())) == ["id", "N\ufffdmero de orden"]


def test_without_customer_date_and_amount_the_options_are_named():
    with pytest.raises(
        DataError,
        match=r"found none for customer and date .*; name them with --customer COLUMN --date COLUMN, or export",
    ):
        find_order_columns(source("who,total"), Choice())


@pytest.mark.parametrize(
    "header", ["ID do cliente", "ID del cliente", "Código del cliente", "Codice del cliente", "ID of the customer"]
)
def test_small_words_do_not_hide_whose_an_id_is(header):
    assert find_order_columns(source(f"{header},date,amount"), Choice()).roles["customer"] == header
