import { REDACTED } from './redact.ts';
import { sha256 } from './sha-256.ts';

/** Browsers cut a sample after 40 characters (CSP Level 3 §2.4); Firefox puts an ellipsis there. */
const CUT = 40;

/** The hash source of exactly this code (CSP Level 3 §6.7.3). */
export const hashSource = (code: string): string => `'sha256-${btoa(String.fromCharCode(...sha256(code)))}'`;

/**
 * The hash source of the code that a report's sample shows, or null when the sample is not the whole code. Chromium 156
 * leaves out the white space around the code, which its hash includes: then this is the hash of another code.
 */
export function hashOfSample(sample: string | null | undefined): string | null {
  if (!sample || sample.length >= CUT || sample.endsWith('…') || sample.includes(REDACTED)) return null;
  return hashSource(sample);
}
