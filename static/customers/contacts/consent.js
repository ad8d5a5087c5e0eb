/**
 * Whether a customer may be written to, as a cell of a table says it.
 *
 * training/contacts/consent.py reads it by the same words; tests/cases/consent.json holds both to it.
 */

import { tidy } from './words.js';

/** @typedef {'yes' | 'no' | 'silent' | 'unreadable'} Consent what a cell says; one that cannot be read counts as no */

const YES = new Set(('y yes true t 1 on ok ja j wahr si s oui vrai verdadero verdadeiro sim vero tak prawda evet dogru ' +
  'waar subscribed optin optedin accepted agreed granted confirmed allowed consented zugestimmt eingewilligt abonniert ' +
  'accepte consenti inscrit acepta aceptado aceito acconsento iscritto zgoda onayli ingeschreven akkoord ✓ ✔ ✅')
  .split(' '));
const NO = new Set(('n no false f 0 off nein falsch non faux falso nao nie falsz hayir yanlis nee onwaar unsubscribed ' +
  'notsubscribed neversubscribed optout optedout notoptedin declined denied refused revoked withdrawn cleaned redacted ' +
  'rejected donotcontact abgelehnt abgemeldet widerrufen refuse desinscrit rechazado recusado rifiuto rifiutato brak ' +
  'uitgeschreven geweigerd reddedildi ✗ ✘ ❌').split(' '));
const SILENT = new Set(['', 'na', 'nan', 'null', 'none', 'nil', 'missing', 'unknown', 'nat']);

/**
 * @param {string} cell
 * @returns {Consent}
 */
export function consent(cell) {
  const letters = tidy(cell).replace(/^([01])[.,]0+$/, '$1').replaceAll('ł', 'l').replaceAll('ı', 'i');
  const plain = letters.normalize('NFKD');
  const word = plain.replace(/[^\p{L}\p{N}✓✔✅✗✘❌]/gu, '');
  if (SILENT.has(word)) return 'silent';
  if (plain.startsWith('-')) return 'unreadable'; // -1 is no 1
  if (YES.has(word)) return 'yes';
  return NO.has(word) ? 'no' : 'unreadable';
}
