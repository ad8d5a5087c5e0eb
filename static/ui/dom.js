/**
 * Nodes from data. Text is always set as text, so a name that looks like markup stays a name.
 *
 * @typedef {Node | string | null | undefined | false} Child
 * @typedef {Record<string, any>} Props attributes; `on…` are listeners, `vars` are custom CSS properties
 */

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
  const found = root.querySelector(`[data-slot="${name}"]`);
  if (!(found instanceof HTMLElement)) throw new Error(`the page has no slot ${name}`);
  return found;
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
    else if (value === true) node.setAttribute(name, '');
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, String(value));
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** @returns {HTMLSpanElement} for a text that `write` changes */
export function line() {
  return element('span');
}

/** @param {HTMLElement} node @param {string} text that replaces all it has, unless it is the same */
export function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** @param {HTMLElement | SVGElement} node @param {Record<string, string | number>} variables */
export function setVariables(node, variables) {
  for (const [name, value] of Object.entries(variables)) node.style.setProperty(name, String(value));
}
