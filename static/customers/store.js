/** One thing that this browser keeps under a name, in its own storage. */

const STORE = 'files';
const KEY = 'last';

/**
 * @param {string} database its name
 * @param {unknown} entry
 * @returns {Promise<boolean>} false where the browser keeps nothing, or has no room for it
 */
export async function put(database, entry) {
  try {
    await transact(database, 'readwrite', (store) => store.put(entry, KEY));
    return true;
  } catch (error) {
    if (error instanceof DOMException) return false;
    throw error;
  }
}

/** @param {string} database @returns {Promise<any>} undefined where there is none */
export async function get(database) {
  return transact(database, 'readonly', (store) => store.get(KEY));
}

/** @param {string} database */
export async function remove(database) {
  await transact(database, 'readwrite', (store) => store.delete(KEY));
}

/**
 * @template T
 * @param {string} name
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest<T>} act
 * @returns {Promise<T>} when it is done for good
 */
async function transact(name, mode, act) {
  const database = await opened(name);
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

/** @param {string} name @returns {Promise<IDBDatabase>} */
function opened(name) {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
