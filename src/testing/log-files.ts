import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A line of the CSP log, as its readers see it. */
export type CspLogLine = {
  level: number;
  time: number;
  /** No other line has it, whoever wrote it. */
  id: string;
  name: string;
  msg: string;
  type?: string;
  csp?: Record<string, unknown>;
  policy?: { policy_hash: string; text: string };
  malformed?: Record<string, unknown>;
  report?: Record<string, unknown>;
  suppressed?: number;
  dropped?: number;
};

/** Every line of every log file in a folder. @throws when a line is no JSON: it would be torn. */
export function readLogFiles(dir: string): CspLogLine[] {
  return readdirSync(dir)
    .filter((name) => name.endsWith('.ndjson'))
    .flatMap((name) => readFileSync(join(dir, name), 'utf8').split('\n').slice(0, -1))
    .map((line): CspLogLine => JSON.parse(line));
}
