/** What would be lost if the page were left now: as long as there is any, the browser asks first. */

/** @returns {(what: unknown, lost: boolean) => void} says of something whether it would be lost */
export function createUnsaved() {
  const losses = new Set();
  const askBeforeLeaving = (/** @type {BeforeUnloadEvent} */ event) => event.preventDefault();
  return (what, lost) => {
    if (lost) losses.add(what);
    else losses.delete(what);
    if (losses.size) addEventListener('beforeunload', askBeforeLeaving);
    else removeEventListener('beforeunload', askBeforeLeaving);
  };
}
