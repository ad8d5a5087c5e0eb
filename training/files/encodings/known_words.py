"""Words of tables that settle how a few letters are written: names of columns and months, and signs of money."""

import re

_WORDS = """
    währung währg belegwährung auftragswährung hauswährung größe länge straße käufer stück stückpreis rückerstattung
    rückzahlung rückgabe rückgängig gebühr für über märz jänner bestätigt
    référence numéro société téléphone prénom état catégorie quantité délivré créé créée payé payée expédié expédiée
    remboursé remboursée annulé annulée février août décembre règlement modèle département
    teléfono código número dirección país método envío artículo año compañía descripción categoría población fecha día
    devolución facturación situação endereço preço descrição observação município cartão março devolução comissão
    città quantità società imię ilość wartość zamówienie zamówienia płatność płatności województwo sprzedaż sprzedaży
    październik października wrzesień września miejscowość müşteri şehir ülke sipariş ödeme ürün ücret döviz
    aç\u0131klama ağustos şubat beställning köp företag förnamn beløb køb køber příjmení jméno částka město země
    objednávka zákazník měna únor března září název vevő összeg rendelés megrendelés ország város név dátum március
"""
_KNOWN = frozenset(_WORDS.split())
_AMOUNT = re.compile(r"[-+(]?[\d.,']*[-)]?[€£¥][-+]?[\d.,']*")
_RUNS = re.compile(r"[^\W\d_]+")


def is_known(word: bytes, encoding: str) -> bool:
    """Return True for a word that many tables have, or a sign of money alone or at a number.

    Parameters
    ----------
    word : bytes, with a letter beyond ASCII
    encoding : str, how it may be written
    """
    text = word.decode(encoding, errors="replace")
    return _AMOUNT.fullmatch(text) is not None or any(run.lower() in _KNOWN for run in _RUNS.findall(text))
