/** The placeholder for a secret wherever a configuration is shown. */
export const MASK = '••••••';

/** How a secret is shown: a URL keeps its scheme and host, anything else is hidden completely. */
export function maskSecret(secret: string): string {
  const url = URL.parse(secret);
  return url?.host ? `${url.protocol}//${url.host}/${MASK}` : MASK;
}

/**
 * Returns a function that replaces all occurrences of the secrets in a text in one pass, because a response can have
 * many texts and a secret many forms. The longest match counts, so that no secret is partly visible.
 */
export function createMaskIn(secrets: readonly string[]): (text: string) => string {
  const texts = [...new Set(secrets)].filter((secret) => secret !== '').sort((a, b) => b.length - a.length);
  const shortest = texts.at(-1)?.length;
  if (shortest === undefined) return (text) => text;
  const any = new RegExp(texts.map((text) => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`)).join('|'), 'g');
  return (text) => (text.length < shortest ? text : text.replaceAll(any, maskSecret));
}

/** Shorter ones would match harmless text. */
const LEAST_ENCODED = 12;

/**
 * The forms in which a text can contain a secret: as it is, escaped as in JSON and with `\/`, percent-encoded, in hex,
 * and within the Base64 of a longer text. For Base64, these are the characters that depend only on the secret, for each
 * of its three possible alignments.
 */
export function quotedForms(secret: string): string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  const forms = [secret, json, json.replaceAll('/', String.raw`\/`), encodeURIComponent(secret.toWellFormed())];
  if (secret.length >= LEAST_ENCODED) {
    const bytes = Buffer.from(secret);
    forms.push(bytes.toString('hex'), bytes.toString('hex').toUpperCase());
    for (const [shift, skipped] of [0, 2, 3].entries()) {
      const base64 = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
      const fixed = base64.slice(skipped, Math.floor(((shift + bytes.length) * 8) / 6));
      forms.push(fixed, fixed.replaceAll('+', '-').replaceAll('/', '_'));
    }
  }
  return [...new Set(forms)];
}

const ASTERISK = 0x2a;

/** Overwrites secrets with asterisks in binary data, in whichever encoding they occur. */
export function maskInBytes(bytes: Buffer, secrets: readonly string[]): Buffer {
  let masked: Buffer | null = null;
  const needles = secrets
    .flatMap(quotedForms)
    .flatMap((form) => [Buffer.from(form), Buffer.from(form, 'latin1'), Buffer.from(form, 'utf16le'), utf16be(form)]);
  for (const needle of needles) {
    if (needle.length === 0) continue;
    for (let at = bytes.indexOf(needle); at !== -1; at = bytes.indexOf(needle, at + 1)) {
      masked ??= Buffer.from(bytes);
      masked.fill(ASTERISK, at, at + needle.length);
    }
  }
  return masked ?? bytes;
}

const utf16be = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();
