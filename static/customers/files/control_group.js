/**
 * The control group: customers held back from an audience, to see later what the campaign changed.
 *
 * A customer's place on a scale from 0 to 1 is a hash of campaign and customer, so it is the same in every file, on every
 * machine and for every segment, and another in every campaign; a larger share only adds customers to the group.
 * training/targeting/plan.py draws by the same rule.
 *
 * Reference: Appleby, A. (2011). MurmurHash3, 32-bit (the finishing steps); Fowler, G., Noll, L. C., Vo, K.-P. (1991).
 * FNV-1a, 32-bit.
 */

/**
 * @param {string} customer who it is, normalised
 * @param {string} [campaign] its name; without one a customer has the same place in all of them
 * @returns {number} from 0 to below 1
 */
export function place(customer, campaign = '') {
  const text = campaign ? `${campaign}|${customer}` : customer;
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    hash = Math.imul(hash ^ (code & 0xff), 0x01000193);
    hash = Math.imul(hash ^ (code >>> 8), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

/**
 * @param {string} customer
 * @param {number} share 0 to 1
 * @param {string} campaign
 */
export function isHeldBack(customer, share, campaign) {
  return place(customer, campaign) < share;
}
