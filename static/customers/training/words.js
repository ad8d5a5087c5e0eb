/**
 * What columns that only tell rows apart end with (training/tables/suggestion.py), and what rows of totals are called
 * (training/files/layout/totals.py). Tests hold these lists to training's.
 */

/** Last words of headers of what tells customers or things apart. */
export const TOLD = 'barcode code ean fax guid iban id ids idx index isbn key lat latitude lng lon longitude mobile no nr num '
  + 'number numero nummer phone plz postcode row sku tel telefon unnamed uuid zip';

/** What a row of totals is called. */
export const TOTALS = [
  'genel toplam', 'gesamt', 'gesamtergebnis', 'gesamtsumme', 'grand total', 'razem', 'soma', 'somma', 'somme',
  'sum', 'suma', 'suma końcowa', 'summe', 'toplam', 'totaal', 'totais', 'total', 'total general', 'total geral',
  'total général', 'totale', 'totale complessivo', 'totales', 'totali', 'totals', 'totalt', 'totaux', 'łącznie',
  'всего', 'итого', 'الإجمالي', '合計', '合计', '小計', '总计', '합계',
];
