/**
 * Nodes from data, parts of the page that are loaded on demand, and numbers as people read them. Text is always set as
 * text, so a name that looks like markup stays a name, and signs that cannot be seen are shown as their numbers, so that
 * none hides, reorders or cuts the text around it.
 *
 * @typedef {import('../service/contract.js').Feature} Feature
 * @typedef {Node | string | null | undefined | false} Child
 * @typedef {Record<string, any>} Props attributes; `on…` are listeners, `vars` are custom CSS properties
 */

/** What is written from right to left, and changes places with the digits and signs around it. */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdcf\ufdf0-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
/** What `isolated` made, between marks that stand in no text: they are for programs' own use. */
const ISOLATED = /\ufdd0([^\ufdd0\ufdd1]*)\ufdd1/g;

/** Controls but tab and line breaks, signs of direction, and what stands in no text: half a pair, no character. */
const CONTROLS = '\\0-\\x08\\v\\f\\x0E-\\x1F\\x7F-\\x9F';
const DIRECTIONS = '\\u061C\\u200B\\u200E\\u200F\\u2028-\\u202E\\u2060-\\u2069\\uFEFF\\uFFF9-\\uFFFB';
const UNSEEN = new RegExp(`${ISOLATED.source}|[${CONTROLS}${DIRECTIONS}\\uFDD0-\\uFDEF\\p{Cs}]`, 'gu');

/** How far outside the screen a place is near, in screens. */
const NEAR = '10%';

/** From when on a part is said to be loading, in milliseconds. */
const SLOW = 1000;

/** Pause after the last movement before its result is said, in milliseconds. */
const PAUSE = 700;

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Props} [props]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function element(tag, props = {}, ...children) {
  return fill(document.createElement(tag), props, children);
}

/**
 * @template {keyof SVGElementTagNameMap} T
 * @param {T} tag
 * @param {Props} [props]
 * @param {...Child} children
 * @returns {SVGElementTagNameMap[T]}
 */
export function shape(tag, props = {}, ...children) {
  return fill(document.createElementNS('http://www.w3.org/2000/svg', tag), props, children);
}

/**
 * Find the one node of the page marked with `data-slot`.
 *
 * @param {string} name
 * @param {ParentNode} [root]
 * @returns {HTMLElement}
 */
export function slot(name, root = document) {
  const node = root.querySelector(`[data-slot="${name}"]`);
  if (!(node instanceof HTMLElement)) throw new Error(`the page has no slot ${name}`);
  return node;
}

/**
 * @template {HTMLElement | SVGElement} E
 * @param {E} node
 * @param {Props} props
 * @param {Child[]} children
 * @returns {E}
 */
function fill(node, props, children) {
  for (const [name, value] of Object.entries(props)) {
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (name === 'vars') setVariables(node, value);
    else if (value === true && !name.startsWith('aria-')) node.setAttribute(name, '');
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, said(name, value));
  }
  for (const child of children) {
    if (typeof child === 'string') node.append(...(node instanceof HTMLElement ? pieces(child) : [visible(child)]));
    else if (child) node.append(child);
  }
  return node;
}

/** Attributes that are shown or read out. */
const SAID = /^(aria-|title$|data-longest$|placeholder$)/;

/** @param {string} name @param {unknown} value */
function said(name, value) {
  return SAID.test(name) ? visible(String(value)) : String(value);
}

/** @returns {HTMLSpanElement} for a text that `write` changes, in its own direction */
export function line() {
  return element('span', { dir: 'auto' });
}

/** How many of the longest texts a place keeps room for: how a text wraps depends on its words, not on its length alone. */
const ROOMS = 4;

/**
 * A place for a text that changes, as tall as the longest of its texts needs, so that nothing around it moves.
 *
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Props} props
 * @param {string[]} texts
 * @param {Node} node what shows the text
 */
export function steady(tag, props, texts, node) {
  const longest = [...new Set(texts)].sort((a, b) => b.length - a.length).slice(0, ROOMS);
  const rooms = longest.map((text) => element('span', { class: 'room', 'data-longest': text, 'aria-hidden': true }));
  return element(tag, { ...props, class: `steady ${props['class'] ?? ''}` }, node, ...rooms);
}

/**
 * A name for a sentence: what is written in the other direction keeps to itself there, as an element of its own.
 *
 * @param {string} name of a segment, column, file or customer, or a value with its unit
 */
export function isolated(name) {
  return RIGHT_TO_LEFT.test(name) ? `\ufdd0${name.replace(/[\ufdd0\ufdd1]/g, '')}\ufdd1` : name;
}

/** @param {HTMLElement} node @param {string} text that replaces all it has, unless it is the same */
export function write(node, text) {
  if (node.textContent !== visible(text.replace(ISOLATED, '$1'))) node.replaceChildren(...pieces(text));
}

/** @param {string} text @returns {(string | HTMLElement)[]} what is isolated in it as elements */
function pieces(text) {
  return text.split(ISOLATED).map((part, place) => (place % 2 ? element('bdi', {}, part) : visible(part)));
}

/**
 * @param {string} text
 * @returns {string} the same, with signs that cannot be seen as their numbers, such as [U+202E], and what is isolated
 *   between the signs for that
 */
export function visible(text) {
  return text.replace(UNSEEN, (sign, name) => name === undefined
    ? `[U+${sign.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}]` : `\u2068${visible(name)}\u2069`);
}

/** @param {HTMLElement | SVGElement} node @param {Record<string, string | number>} variables */
export function setVariables(node, variables) {
  for (const [name, value] of Object.entries(variables)) node.style.setProperty(name, String(value));
}

/** @returns {Promise<void>} resolved once what was changed is on the screen, if anybody sees it */
export function painted() {
  if (document.hidden) return Promise.resolve();
  return new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
}

/**
 * Show a part of the page that is loaded on demand; where it cannot be loaded its place says so, with a way to try again.
 * Many browsers keep a module's failure until the page is loaded anew (Chromium until 150), so that is offered next.
 *
 * @template T
 * @param {HTMLElement} place where a failure is said, and nothing else is when the part has come at last
 * @param {() => Promise<T>} load
 * @param {(part: T) => unknown} show
 * @param {boolean} [tried] again, in vain
 * @returns {Promise<void>} when it is shown, or its failure is
 */
export async function showPart(place, load, show, tried = false) {
  const loading = element('p', { class: 'hint', role: 'status' }, 'Loading…');
  const slow = setTimeout(() => !place.hasChildNodes() && place.append(loading), SLOW);
  const part = await load().catch((error) => {
    console.error(error);
    showFailure(place, () => showPart(place, load, show, true), tried);
    return null;
  });
  clearTimeout(slow);
  loading.remove();
  if (part === null) return;
  if (tried) place.replaceChildren();
  await show(part);
}

/** @param {HTMLElement} place @param {() => unknown} onRetry @param {boolean} tried again, in vain */
function showFailure(place, onRetry, tried) {
  const hadFocus = place.contains(document.activeElement);
  let trying = false;
  const again = () => {
    if (!trying) onRetry();
    trying = true;
  };
  const retry = element('button', { type: 'button', class: 'primary', onclick: again }, 'Try again');
  const reload = element('button', { type: 'button', onclick: () => location.reload() }, 'Load the page again');
  place.replaceChildren(element('div', { class: 'notice failure', role: 'alert' },
    element('p', {}, 'A part of this page could not be loaded. Check the connection and try again.'),
    element('p', { class: 'buttons' }, retry, tried && reload)));
  if (hadFocus) (tried ? reload : retry).focus();
}

/** Of a longer list than this a phone shows the largest few at first; wider screens and paper show all. */
const LONG_LIST = 12;
const AT_FIRST = 8;

/**
 * @param {HTMLElement} list
 * @param {HTMLElement[]} items of it
 * @param {string} name of them all
 * @returns {{button: HTMLElement | null, rank: (sizes: number[]) => void}} what shows all of a long list, null of a short
 *   one; rank: tell how large the items are
 */
export function foldable(list, items, name) {
  if (items.length <= LONG_LIST) return { button: null, rank() {} };
  const texts = [`Show all ${items.length} ${name}`, `Show the ${AT_FIRST} largest only`];
  const button = element('button', {
    type: 'button',
    class: 'unfold',
    'aria-expanded': 'false',
    onclick: () => {
      const all = list.classList.toggle('unfolded');
      button.setAttribute('aria-expanded', String(all));
      write(button, texts[Number(all)] ?? '');
    },
  }, texts[0]);
  list.classList.add('foldable');
  return {
    button,
    rank(sizes) {
      const order = [...sizes.keys()].sort((a, b) => Number(sizes[b]) - Number(sizes[a]));
      for (const [rank, place] of order.entries()) items[place]?.classList.toggle('further', rank >= AT_FIRST);
    },
  };
}

/**
 * A file dropped in its place is chosen as in the field there.
 *
 * @param {HTMLElement} area
 * @param {HTMLInputElement} input
 * @param {(text: string) => void} say why nothing is chosen
 */
export function takeDrops(area, input, say) {
  area.addEventListener('dragover', (event) => {
    event.preventDefault();
    area.classList.add('dragged');
  });
  area.addEventListener('dragleave', () => area.classList.remove('dragged'));
  area.addEventListener('drop', (event) => {
    event.preventDefault();
    area.classList.remove('dragged');
    const { files, items } = event.dataTransfer ?? {};
    const isFolder = items?.[0]?.webkitGetAsEntry()?.isDirectory;
    if (files?.length !== 1 || isFolder) {
      say(files && files.length > 1 ? `These are ${files.length} files. Drop one.` : `This is ${isFolder ? 'a folder' : 'no file'}.`);
      return;
    }
    input.files = files;
    input.dispatchEvent(new Event('change', { bubbles: true }));
  });
}

/**
 * @param {HTMLElement} place
 * @param {() => void} act once, when the reader comes near the place
 * @param {AbortSignal} signal
 */
export function whenNear(place, act, signal) {
  const observer = new IntersectionObserver((entries) => {
    if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
    observer.disconnect();
    act();
  }, { rootMargin: NEAR });
  observer.observe(place);
  signal.addEventListener('abort', () => observer.disconnect());
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let saying;

/** @param {string} text for screen readers, said once the movement has ended, so that they do not chatter */
export function announce(text) {
  clearTimeout(saying);
  saying = setTimeout(() => {
    write(slot('announcer'), text);
  }, PAUSE);
}

export const LOCALE = 'en';
const percent = new Intl.NumberFormat(LOCALE, { style: 'percent' });
const compact = new Intl.NumberFormat(LOCALE, { notation: 'compact', maximumSignificantDigits: 3 });
/** By decimals. To make one takes longer than to draw all the rest of the page. */
const fixed = Array.from({ length: 7 }, (_, digits) => new Intl.NumberFormat(LOCALE, { maximumFractionDigits: digits }));

/** @param {number} share 0 to 1 @returns {string} */
export function formatPercent(share) {
  return percent.format(share);
}

/** @param {number} probability 0 to 1 @returns {string} never 100%: nothing here is certain */
export function formatProbability(probability) {
  return probability < 0.995 ? formatPercent(probability) : `over ${formatPercent(0.99)}`;
}

/** @param {number} count @returns {string} */
export function formatCount(count) {
  return rounded(count, 0);
}

/** @param {number} value @returns {string} short, for an axis */
export function formatTick(value) {
  return Math.abs(value) >= 10_000 ? compact.format(value) : rounded(value, 6);
}

/** @param {Feature} feature @returns {number} how many decimals its step has */
export function decimals(feature) {
  return Math.min(6, Math.max(0, Math.ceil(-Math.log10(feature.step) - 1e-9)));
}

/** @param {Feature} feature @param {number} value @returns {string} without its unit */
export function formatNumber(feature, value) {
  return rounded(value, Math.max(decimals(feature), feature.offset === null ? 0 : 2));
}

/** @param {Feature} feature @param {number} value @returns {string} with its unit */
export function formatValue(feature, value) {
  return withUnit(feature, formatNumber(feature, value));
}

/** @param {Feature} feature @returns {string} label and unit, for an axis or a table */
export function title(feature) {
  return feature.unit ? `${feature.label} (${feature.unit})` : feature.label;
}

/** @param {string} label @param {string} value @returns {string} both, told apart where the label ends in a number */
export function labelled(label, value) {
  return `${isolated(label)}${/\p{N}$/u.test(label) ? ' at' : ''} ${value}`;
}

/**
 * A unit such as "1-100" is the scale of a score: it belongs to the title, not behind a value. A sign of money stands before it.
 *
 * @param {Feature} feature @param {string} text
 */
export function withUnit(feature, text) {
  const unit = text === '1' ? feature.unit.replace(/^(day|order)s$/, '$1') : feature.unit;
  if (/^\p{Sc}$/u.test(unit)) return text.replace(/^-?/, (minus) => minus + unit);
  return unit && !/^\d/.test(unit) ? isolated(`${text} ${unit}`) : text;
}

/** @param {number} value @param {number} digits most decimals, 0 to 6: a value that they cannot tell from 0 has three digits */
function rounded(value, digits) {
  if (digits === 6 && value !== 0 && Math.abs(value) < 1e-4) return String(Number(value.toPrecision(3)));
  return /** @type {Intl.NumberFormat} */ (fixed[digits]).format(value);
}
