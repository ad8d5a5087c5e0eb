/**
 * Calls from the page to a worker: a method by its name, one argument, progress on the way, an answer or an error.
 */

/**
 * @typedef {{ signal: AbortSignal, report: (progress: any) => void }} Context
 * @typedef {Record<string, (argument: any, context: Context) => Promise<unknown>>} Methods
 */

/**
 * @typedef {{ resolve: (value: any) => void, reject: (error: Error) => void, report: (progress: any) => void }} Call
 */

/** What a worker threw; `name` is the error's class. */
export class RemoteError extends Error {
  /**
   * @param {string} name
   * @param {string} message
   */
  constructor(name, message) {
    super(message);
    this.name = name;
  }

  /** Whether the same call may succeed a moment later. */
  get passing() {
    return this.name === 'ApiError';
  }

  /** Whether the function has another model meanwhile. */
  get outdated() {
    return this.name === 'ModelChanged';
  }
}

/** Milliseconds between two reports of progress. */
const EVERY = 100;

export class Remote {
  #url;
  /** @type {Worker | null} */
  #worker = null;
  #last = 0;
  /** @type {Map<number, Call>} */
  #calls = new Map();

  /** @param {URL} url of the worker's module */
  constructor(url) {
    this.#url = url;
  }

  /** The worker; a new one after one that could not be loaded or failed. */
  #running() {
    if (this.#worker) return this.#worker;
    const worker = new Worker(this.#url, { type: 'module' });
    worker.onmessage = ({ data }) => this.#receive(data);
    worker.onerror = (event) => this.#fail(event instanceof ErrorEvent ? 'The table could not be processed. Choose the file again.'
      : 'A part of this page could not be loaded. Check the connection and choose the file again.');
    this.#worker = worker;
    return worker;
  }

  /**
   * @param {string} method
   * @param {unknown} argument
   * @param {{ signal?: AbortSignal, report?: (progress: any) => void }} [options]
   * @returns {Promise<any>}
   */
  call(method, argument, { signal, report = () => {} } = {}) {
    const id = (this.#last += 1);
    const worker = this.#running();
    const abort = () => worker.postMessage({ id, abort: true });
    signal?.addEventListener('abort', abort);
    /** @type {Promise<any>} */
    const answered = new Promise((resolve, reject) => this.#calls.set(id, { resolve, reject, report }));
    worker.postMessage({ id, method, argument });
    return answered.finally(() => signal?.removeEventListener('abort', abort));
  }

  /** @param {{ id: number, progress?: unknown, error?: { name: string, message: string }, value?: unknown }} data */
  #receive({ id, progress, error, value }) {
    const call = this.#calls.get(id);
    if (progress !== undefined) return call?.report(progress);
    this.#calls.delete(id);
    if (error) return call?.reject(new RemoteError(error.name, error.message));
    return call?.resolve(value);
  }

  /** @param {string} why */
  #fail(why) {
    this.#worker?.terminate();
    this.#worker = null;
    const error = new RemoteError('WorkerError', why);
    for (const { reject } of this.#calls.values()) reject(error);
    this.#calls.clear();
  }
}

/**
 * In the worker: answer the page's calls.
 * @param {Methods} methods
 */
export function answer(methods) {
  /** @type {Map<number, AbortController>} */
  const running = new Map();
  self.onmessage = async ({ data: { id, method, argument, abort } }) => {
    if (abort) return running.get(id)?.abort();
    const controller = new AbortController();
    running.set(id, controller);
    const report = throttled((progress) => self.postMessage({ id, progress }));
    try {
      const value = await methods[method]?.(argument, { signal: controller.signal, report });
      self.postMessage({ id, value });
    } catch (error) {
      const { constructor, message } = /** @type {Error} */ (error);
      self.postMessage({ id, error: { name: constructor.name, message } });
    } finally {
      running.delete(id);
    }
  };
}

/** @param {(progress: unknown) => void} report */
function throttled(report) {
  let next = 0;
  return (/** @type {unknown} */ progress) => {
    const now = performance.now();
    if (now < next) return;
    next = now + EVERY;
    report(progress);
  };
}

/** @param {unknown} error from the worker; any other is a fault of this page @returns {string} */
export function messageOf(error) {
  if (error instanceof RemoteError) return error.message;
  throw error;
}
