/**
 * Starts the page: loads its modules and the model, says so when that takes long or fails, and fills the page's parts, the
 * shop's customers and the one customer. It imports nothing by a statement, so that it can tell of a module that is missing.
 *
 * @typedef {import('./service/contract.js').Model} Model
 * @typedef {import('./customer/workbench.js').Workbench} Bench
 * @typedef {ReturnType<typeof import('./customers/shop.js').createShop>} Shop
 */

const [
  { TRAINING_URL }, { ApiError, PATIENCE, getModel }, { announce, element, showPart, slot, takeDrops, write }, { facts }, { Workbench },
] = await Promise.all([
  import('./config.js'),
  import('./service/api.js'),
  import('./ui/dom.js'),
  import('./customer/answer.js'),
  import('./customer/workbench.js'),
]).catch(complain);

/** @type {Bench | null} */
let workbench = null;

/** @type {Model | null} what the function answers with */
let deployed = null;

/** @type {ReturnType<typeof import('./customers/training/trial.js').createTrials> | null} segments of the shop's own */
let trials = null;

/** @type {Shop | null} */
let shop = null;

/** @type {Promise<void> | null} */
let shopLoading = null;

/** @type {((shop: Shop) => void)[]} what waits for the shop's part */
const waiting = [];

/** @type {HTMLElement | null} the part that a link asked for before the model was there */
let wanted = null;

async function start() {
  show('loading');
  slot('late').hidden = true;
  slot('waiting').hidden = false;
  slot('loading-text').textContent = 'Loading the model…';
  const timer = setTimeout(() => {
    slot('loading-text').textContent = 'Waking up the service. The first answer can take a few seconds…';
  }, PATIENCE);
  try {
    deployed = await getModel();
    const linked = partInAddress();
    if (linked) history.replaceState(null, '', location.pathname + location.search); // it holds no values
    if (keeps('trial-model')) await loadTrials().then((loaded) => loaded.restore()).catch(console.error);
    if (!workbench) open(deployed);
    if (keeps('scored-customers')) withShop((ready) => void ready.restore());
    if (wanted ?? linked) leadIn(wanted ?? linked);
    else if (location.hash.includes('=') && !(isReload() && keeps('scored-customers'))) leadIn(slot('answer').closest('.part'));
  } catch (error) {
    fail(error);
  } finally {
    clearTimeout(timer);
  }
}

async function loadTrials() {
  const { createTrials } = await import('./customers/training/trial.js');
  trials ??= createTrials({
    place: slot('trial'),
    show(model, { instead }) {
      if (workbench) leave(workbench);
      open(model ?? /** @type {Model} */ (deployed), model !== null);
      if (instead) shop?.modelChanged();
    },
  });
  return trials;
}

/** @param {import('./customers/memory.js').Name} name @returns {boolean} known here, so that who has none loads nothing */
function keeps(name) {
  try {
    return localStorage.getItem(name) !== null;
  } catch {
    return false; // the browser allows no storage
  }
}

/** @returns {boolean} whether the page was loaded anew: a visitor at work on a file keeps it */
function isReload() {
  const [navigation] = performance.getEntriesByType('navigation');
  return navigation instanceof PerformanceNavigationTiming && navigation.type === 'reload';
}

/** Where the page is scrolled to is of use only when it is loaded anew. */
function keepPlace() {
  import('./ui/place.js').then((place) => place.keepPlace(isReload()), console.error);
}

/** @returns {HTMLElement | null} the part that a link from the top leads to, opened in a tab of its own */
function partInAddress() {
  const part = document.getElementById(location.hash.slice(1));
  return part?.classList.contains('part') ? part : null;
}

/** @param {Element | null} part where the page opens, and the Tab key goes on, unless the visitor is at something else than a link to it */
function leadIn(part) {
  part?.scrollIntoView();
  if (document.activeElement?.matches('body, a')) part?.querySelector('h2')?.focus({ preventScroll: true, focusVisible: false });
}

/** @param {Bench} bench whose values, which the address has, mean nothing to the model that follows */
function leave(bench) {
  bench.close();
  workbench = null;
  history.replaceState(null, '', location.pathname + location.search);
}

/** @param {Model} model @param {boolean} [trial] whether it is one that the function does not have */
function open(model, trial = false) {
  const { activeElement } = document;
  const key = activeElement instanceof HTMLElement || activeElement instanceof SVGElement ? activeElement.dataset['key'] : '';
  show('workbench');
  slot('facts').textContent = facts(model);
  workbench?.close();
  slot('names').replaceChildren(); // they may be others
  slot('rename').removeAttribute('open');
  workbench = new Workbench(model, {
    onStale: refresh,
    onAudience: (position) => withShop((ready) => ready.audience(position)),
  }, trial);
  const successor = key && document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (successor instanceof HTMLElement || successor instanceof SVGElement) successor.focus({ preventScroll: true });
}

/** What works on the shop's own file is loaded with the first sign of one. */
function loadShop() {
  shopLoading ??= showPart(slot('stages'), () => import('./customers/shop.js'), ({ createShop }) => {
    shop = createShop(slot('stages'), {
      model: () => /** @type {Bench} */ (workbench).model,
      refresh,
      trial: () => (workbench?.trial ? (trials?.current() ?? null) : null),
      onTrial: async (made) => (await loadTrials()).begin(made),
      onScored: (scored, name) => workbench?.showFile(scored, name),
      onOpen: (values) => workbench?.open(values),
    });
    for (const act of waiting.splice(0)) act(shop);
  });
}

/** @param {(shop: Shop) => void} act once the shop's part is there */
function withShop(act) {
  if (shop) act(shop);
  else waiting.push(act);
  loadShop();
}

/**
 * A file dropped beside its place would replace the page.
 *
 * @param {DragEvent} event
 */
function keepPage(event) {
  const { dataTransfer } = event;
  if (event.defaultPrevented || !dataTransfer?.types.includes('Files')) return;
  event.preventDefault();
  dataTransfer.dropEffect = 'none';
}

/** An answer came from another model, or none came: take over what the function has now. */
async function refresh() {
  const model = await getModel().catch((error) => {
    if (!(error instanceof ApiError)) throw error;
    return null;
  });
  if (!model || workbench?.trial || model.hash === workbench?.model.hash) return;
  deployed = model;
  open(model);
  announce('The model has been updated.');
}

/** @param {unknown} error a module could not be loaded @returns {never} */
function complain(error) {
  const text = document.createElement('p');
  text.textContent = 'A part of this page could not be loaded. Check the connection and try again.';
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'primary';
  button.textContent = 'Try again';
  button.addEventListener('click', () => location.reload()); // a module that failed is not asked for a second time
  const place = document.querySelector('[data-slot="loading"]');
  place?.setAttribute('role', 'alert');
  place?.replaceChildren(text, button);
  throw error;
}

/** @param {unknown} error */
function fail(error) {
  if (!(error instanceof ApiError)) console.error(error);
  slot('failure').replaceChildren(
    element('h2', {}, 'The model could not be loaded'),
    element('p', {}, `${reasonOf(error)}${location.hash.includes('=') ? ' The values in the address are kept.' : ''}`),
    element('button', { type: 'button', class: 'primary', onclick: start }, 'Try again'));
  show('failure');
}

/** @param {unknown} error */
function reasonOf(error) {
  if (!navigator.onLine) return 'You are offline.';
  return error instanceof ApiError ? error.message : 'This page cannot show the model that the service sent.';
}

/** @param {'loading' | 'failure' | 'workbench'} state */
function show(state) {
  for (const name of ['loading', 'failure', 'workbench']) slot(name).hidden = name !== state;
  slot('print').toggleAttribute('disabled', state !== 'workbench');
  slot('about').hidden = state !== 'workbench'; // it tells of the model
}

/** @param {Event} [event] the address has changed: all that listen hear of it once the key is out of it */
async function takeKey(event) {
  if (!location.hash.includes('training-key=')) return;
  event?.stopImmediatePropagation();
  (await import('./service/key.js')).takeKey();
  if (event) dispatchEvent(new Event('hashchange'));
}

/**
 * The address holds the customer's values, so a link to a part of the page must not replace them.
 *
 * @param {string} link @param {string} part
 */
function leadTo(link, part) {
  slot(link).addEventListener('click', (event) => {
    event.preventDefault();
    wanted = document.getElementById(part);
    wanted?.scrollIntoView();
    wanted?.querySelector('h2')?.focus({ preventScroll: true });
  });
}

/**
 * Where there is a training service, a question of campaigns is asked here; what it needs is loaded with the first one.
 *
 * @param {'measure' | 'movement'} question
 */
function offer(question) {
  const place = slot(question);
  const failure = element('div');
  const button = place.querySelector('button');
  button?.toggleAttribute('hidden', TRAINING_URL === null);
  button?.addEventListener('click', async () => {
    button.after(failure);
    await showPart(failure, () => import('./customers/campaigns/campaigns.js'), ({ ask }) => {
      failure.remove();
      return ask(question, place, slot('answers'));
    });
  });
}

offer('measure');
offer('movement');
slot('source').hidden = TRAINING_URL !== null;
if (TRAINING_URL !== null) slot('rows').textContent = 'or drop it here, one row per customer or per order.';
slot('icon').setAttribute('href', `data:image/svg+xml,${encodeURIComponent(slot('mark').innerHTML)}`);
leadTo('skip', 'your-customers');
leadTo('to-customers', 'your-customers');
leadTo('to-customer', 'one-customer');
leadTo('to-campaigns', 'campaigns');
slot('rename').addEventListener('toggle', () => {
  const place = slot('names');
  if (place.hasChildNodes() || !slot('rename').hasAttribute('open')) return; // what was typed stays
  void showPart(place, () => import('./customer/names.js'), ({ createNames }) => {
    if (workbench) place.replaceChildren(createNames(workbench.model.segments));
  });
});
takeDrops(slot('drop'), /** @type {HTMLInputElement} */ (slot('file')), (text) => write(slot('request'), text));
document.addEventListener('dragover', keepPage);
document.addEventListener('dragenter', loadShop, { once: true });
for (const sign of ['pointerenter', 'focusin', 'change']) slot('drop').addEventListener(sign, loadShop, { once: true });
slot('template').addEventListener('click', () => showPart(slot('no-template'), () => import('./customers/steps/template.js'),
  ({ saveTemplate }) => workbench && saveTemplate(workbench.model)));
slot('print').addEventListener('click', async () => {
  await workbench?.complete();
  print();
});
if (isReload()) keepPlace();
else for (const sign of ['pointermove', 'touchstart', 'wheel', 'keydown']) addEventListener(sign, keepPlace, { once: true, passive: true });
addEventListener('online', () => workbench ?? start());
addEventListener('hashchange', takeKey); // before any part of the page listens
await takeKey().catch(complain);
void start();
