/**
 * The last scored file with its scores, kept in this browser, so that it survives a reload.
 */

const DATABASE = 'scored-customers';
const STORE = 'files';
const KEY = 'last';

/**
 * @typedef {import('./scoring.js').Kept} Kept
 */

/**
 * @param {Kept} entry
 * @returns {Promise<boolean>} false where the browser keeps nothing, or has no room for it
 */
export async function keep(entry) {
  try {
    await transact('readwrite', (store) => store.put(entry, KEY));
    return true;
  } catch (error) {
    if (error instanceof DOMException) return false;
    throw error;
  }
}

/** @returns {Promise<Kept | undefined>} */
export async function kept() {
  return transact('readonly', (store) => store.get(KEY));
}

/** @returns {Promise<void>} */
export async function forget() {
  await transact('readwrite', (store) => store.delete(KEY));
}

/**
 * @template T
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest<T>} act
 * @returns {Promise<T>} when it is done for good
 */
async function transact(mode, act) {
  const database = await opened();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(STORE, mode);
      const request = act(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

/** @returns {Promise<IDBDatabase>} */
function opened() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
