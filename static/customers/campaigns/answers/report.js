/** Reports of the training service as files. */

/**
 * @param {string} html a report as the service wrote it
 * @param {ReadonlyMap<string, string>} files names of files by what they were sent as
 * @returns {Blob} the report, with the names that the files have here
 */
export function reportOf(html, files) {
  const named = [...files].reduce((text, [sent, name]) => text.replaceAll(sent, () => escaped(name)), html);
  return new Blob([named], { type: 'text/html;charset=utf-8' });
}

/** @param {string} name */
function escaped(name) {
  return name.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** @param {string} name of a file @returns {string} without what stands behind its last point */
export function stem(name) {
  return name.replace(/\.[^.]*$/, '');
}
