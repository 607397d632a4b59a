/** The placeholder for a secret wherever a configuration is shown. */
export const MASK = '••••••';

/** What a secret looks like from outside: a URL keeps its scheme and host, anything else keeps nothing. */
export function maskSecret(secret: string): string {
  const url = URL.parse(secret);
  return url?.host ? `${url.protocol}//${url.host}/${MASK}` : MASK;
}

/**
 * A function that replaces every occurrence of the secrets in a text, in one pass: an answer may have many texts, and a
 * secret many forms. At one place the longest counts, so that none shows through another.
 */
export function createMaskIn(secrets: readonly string[]): (text: string) => string {
  const texts = [...new Set(secrets)].filter((secret) => secret !== '').sort((a, b) => b.length - a.length);
  const shortest = texts.at(-1)?.length;
  if (shortest === undefined) return (text) => text;
  const any = new RegExp(texts.map((text) => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`)).join('|'), 'g');
  return (text) => (text.length < shortest ? text : text.replaceAll(any, maskSecret));
}

/** Shorter ones would be found in innocent texts. */
const LEAST_ENCODED = 12;

/**
 * A secret as a text may quote it: as it is, escaped as JSON does and with `\/`, percent-encoded, as hex, and within the
 * base64 of a longer text. Of base64 these are the characters that follow from the secret alone, for each of the three
 * places at which it can begin.
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

/** Overwrites the secrets with asterisks in bytes that are not read as text, in whichever encoding they stand there. */
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
