import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A request that a browser really sent, captured from Chromium 156, Firefox 153 and WebKitGTK 2.50. */
export type CspSample = {
  file: string;
  browser: string;
  content_type: string;
  user_agent: string;
  origin: string;
  expect: 'csp' | 'non-csp only';
  body: Buffer;
};

const FOLDER = join(import.meta.dirname, 'samples');

export function readCspSamples(): CspSample[] {
  const index: Omit<CspSample, 'body'>[] = JSON.parse(readFileSync(join(FOLDER, 'index.json'), 'utf8'));
  return index.map((sample) => ({ ...sample, body: readFileSync(join(FOLDER, sample.file)) }));
}

const INLINE = ['inline', null] as const;
const CROSS = ['host', 'localhost:8444'] as const;
const SELF = ['host', 'localhost:8443'] as const;
const SCHEME = ['scheme', null] as const;
const UNKNOWN = [null, null] as const;

/** What one report of a sample becomes: directive, kind of what was blocked, its host. Or another report's type. */
export type ExpectedReport = readonly [directive: string, kind: string | null, host: string | null] | string;

const BASE_URI: ExpectedReport[] = [['base-uri', ...CROSS]];
const STYLE_ELEMENT: ExpectedReport[] = [['style-src-elem', ...CROSS]];

/** By the file's name without `live-` and `.json`; read off the captures by hand. */
export const EXPECTED_REPORTS: Record<string, ExpectedReport[]> = {
  'chromium156-uri-enf-same-01-base-uri-https-localhos': BASE_URI,
  'chromium156-uri-enf-same-02-style-src-elem-https-localhos': STYLE_ELEMENT,
  'chromium156-to-enf-same-01-batch1-base-uri': BASE_URI,
  'chromium156-to-enf-same-02-batch25-style-src-elem': [
    ['style-src-elem', ...INLINE],
    ['style-src-elem', ...CROSS],
    ['style-src-attr', ...INLINE],
    ['script-src-elem', ...CROSS],
    ['manifest-src', ...CROSS],
    ['script-src-attr', ...INLINE],
    ['script-src-elem', ...SELF],
    ['script-src-elem', ...INLINE],
    ['img-src', ...SCHEME],
    ['img-src', ...CROSS],
    ['script-src', 'eval', null],
    ['frame-src', ...CROSS],
    ['script-src', 'eval', null],
    ['script-src', 'eval', null],
    ['connect-src', ...CROSS],
    ['connect-src', ...CROSS],
    ['connect-src', ...CROSS],
    ['worker-src', ...SCHEME],
    ['connect-src', ...CROSS],
    ['script-src', 'wasm-eval', null],
    ['worker-src', ...SCHEME],
    ['script-src-elem', ...INLINE],
    ['font-src', ...CROSS],
    ['style-src-attr', ...INLINE],
    ['img-src', ...SCHEME],
  ],
  'chromium156-to-enf-same-03-batch6-media-src': [
    ['media-src', ...CROSS],
    ['media-src', ...SCHEME],
    ['connect-src', ...CROSS],
    ['connect-src', ...SELF],
    ['object-src', ...CROSS],
    ['frame-src', ...UNKNOWN],
  ],
  'chromium156-to-ro-cross-01-batch1-base-uri': BASE_URI,
  'chromium156-extra-01-batch1-integrity-violation': ['integrity-violation'],
  'chromium156-extra-02-batch9-integrity-violation': [
    'integrity-violation',
    'csp-hash',
    'coep',
    'deprecation',
    'permissions-policy-violation',
    'deprecation',
    'permissions-policy-violation',
    'deprecation',
    'deprecation',
  ],
  'firefox153esr-uri-enf-same-01-base-uri-https-localhos': BASE_URI,
  'firefox153esr-uri-enf-same-02-script-src-elem-https-localhos': [['script-src-elem', ...CROSS]],
  'firefox153esr-to-enf-same-01-batch4-base-uri': [
    ['base-uri', ...CROSS],
    ['style-src-elem', ...CROSS],
    ['style-src-elem', ...INLINE],
    ['script-src-elem', ...CROSS],
  ],
  'firefox153esr-to-enf-same-02-batch1-script-src-elem': [['script-src-elem', ...SELF]],
  'firefox153esr-to-enf-same-04-batch23-script-src-elem': [
    ['script-src-elem', ...INLINE],
    ['style-src-attr', ...INLINE],
    ['script-src-attr', ...INLINE],
    ['img-src', ...SCHEME],
    ['img-src', ...CROSS],
    ['object-src', ...CROSS],
    ['frame-src', ...CROSS],
    ['media-src', ...CROSS],
    ['frame-src', ...SCHEME],
    ['media-src', ...SCHEME],
    ['script-src', 'eval', null],
    ['script-src', 'eval', null],
    ['script-src', 'eval', null],
    ['connect-src', ...CROSS],
    ['connect-src', ...CROSS],
    ['connect-src', ...CROSS],
    ['connect-src', ...CROSS],
    ['connect-src', ...CROSS],
    ['script-src', 'wasm-eval', null],
    ['style-src-attr', ...INLINE],
    ['img-src', ...SCHEME],
    ['font-src', ...CROSS],
    ['script-src-elem', ...INLINE],
  ],
  'firefox153esr-to-enf-same-05-batch1-worker-src': [['worker-src', ...SCHEME]],
  'firefox153esr-extra-01-batch1-integrity-violation': ['integrity-violation'],
  'webkitgtk2506-uri-enf-same-01-base-uri-https-localhos': BASE_URI,
  'webkitgtk2506-uri-enf-same-02-style-src-elem-https-localhos': STYLE_ELEMENT,
  'webkitgtk2506-to-enf-same-01-base-uri-https-localhos': BASE_URI,
  'webkitgtk2506-to-enf-same-02-style-src-elem-https-localhos': STYLE_ELEMENT,
  'webkitgtk2506-extra-01-batch1-integrity-violation': ['integrity-violation'],
  'webkitgtk2506-extra-02-batch1-csp-hash': ['csp-hash'],
};

export const expectedOf = ({ file }: CspSample): ExpectedReport[] => {
  const expected = EXPECTED_REPORTS[file.replace(/^live-|\.json$/g, '')];
  if (!expected) throw new Error(`Nobody said what ${file} holds.`);
  return expected;
};

/** How `browserOf` names the browsers of the samples. */
export const BROWSER_NAMES: Record<string, string> = {
  'chromium-156': 'Chrome 156',
  'firefox-esr-153.7': 'Firefox 153',
  'webkitgtk-2.50.6': 'WebKitGTK 60',
};
