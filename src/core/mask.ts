/** Stands for a secret wherever a configuration is shown. */
export const MASK = '••••••';

/** What a secret looks like from outside: a URL keeps its scheme and host, anything else keeps nothing. */
export function maskSecret(secret: string): string {
  const url = URL.parse(secret);
  return url?.host ? `${url.protocol}//${url.host}/${MASK}` : MASK;
}

/** Replaces every occurrence of the secrets in a text, longest first, so that none shows through another. */
export function maskIn(text: string, secrets: readonly string[]): string {
  return [...secrets]
    .filter((secret) => secret !== '')
    .sort((a, b) => b.length - a.length)
    .reduce((masked, secret) => masked.replaceAll(secret, maskSecret(secret)), text);
}
