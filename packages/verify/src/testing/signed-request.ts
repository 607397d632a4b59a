import { signatureHeaders, signingKey } from '../../../../src/core/signing/signature.ts';

export const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
export const OLD_SECRET = 'an older secret, in plain text';

export const EVENT = {
  id: '0199f0a4-8c1e-7b3a-9d52-1f6a7c0e4b21',
  type: 'dataset.updated',
  timestamp: '2026-11-26T09:30:00.000Z',
  data: { dataset_id: 'dataset-4', dataset_name: 'Größe 🐝', rows: 1204 },
};

/** A request as the console sends it, signed by the console's own code. */
export function signedRequest(secrets: readonly string[] = [SECRET], seconds = Math.floor(Date.now() / 1000)) {
  const body = JSON.stringify(EVENT);
  const headers = signatureHeaders(secrets.map(signingKey), { id: EVENT.id, timestamp: seconds, body });
  return { body, headers: { 'Content-Type': 'application/json', ...headers } as Record<string, string> };
}

/** Sends it, with a body that was changed on the way if one is given. */
export function deliver(url: string, { body = signedRequest().body, headers = signedRequest().headers } = {}) {
  return fetch(url, { method: 'POST', body, headers });
}
