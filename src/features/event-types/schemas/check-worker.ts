import { parentPort } from 'node:worker_threads';
import type { ErrorObject, ValidateFunction } from 'ajv/dist/2020.js';
import { LRUCache } from 'lru-cache';
import { compileSchema } from './compile-schema.ts';

/** What a thread is asked: the schema is left out when it knows the version. Data in JSON. */
export type Question = { version: string; schema: string | null; data: readonly string[] };
/** `unknown`: the version was forgotten. `deep`: the stack did not suffice. */
export type Verdict =
  | { is: 'valid' }
  | { is: 'unknown' }
  | { is: 'deep' }
  | { is: 'bad_schema'; message: string }
  /** The member of the value at `path` that is missing or not allowed; null if the value itself is wrong. */
  | { is: 'invalid'; path: string[]; member: string | null; message: string };

/** The verdict, null when the thread has just begun, and the time that it has worked so far. */
export type Answer = { verdict: Verdict | null; cpuMs: number };

/** In bytes of schemas' texts, with a kilobyte for what an entry takes beside it. */
const MOST_KEPT = 2 * 1024 * 1024;
const ENTRY = 1_024;
const kept = new LRUCache<string, ValidateFunction>({ maxSize: MOST_KEPT });

parentPort?.on('message', (question: Question) => say(answer(question)));
say(null);

function say(verdict: Verdict | null): void {
  const { user, system } = process.threadCpuUsage();
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  parentPort?.postMessage({ verdict, cpuMs: (user + system) / 1000 } satisfies Answer);
}

function answer({ version, schema, data }: Question): Verdict {
  try {
    const validate = kept.get(version) ?? (schema === null ? undefined : compile(version, schema));
    if (!validate) return { is: 'unknown' };
    for (const one of data) if (!validate(JSON.parse(one))) return invalid(validate.errors?.[0]);
    return { is: 'valid' };
  } catch (error) {
    if (error instanceof RangeError) return { is: 'deep' };
    return {
      is: 'bad_schema',
      message: error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error),
    };
  }
}

function compile(version: string, schema: string): ValidateFunction {
  const validate = compileSchema(JSON.parse(schema));
  kept.set(version, validate, { size: Math.min(ENTRY + schema.length, MOST_KEPT) });
  return validate;
}

function invalid(error: ErrorObject | undefined): Verdict {
  const { instancePath = '', message = 'is not what its schema says', params = {} } = error ?? {};
  const path = instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const { missingProperty, additionalProperty } = params as Record<string, unknown>;
  const member = missingProperty ?? additionalProperty ?? null;
  return { is: 'invalid', path, member: typeof member === 'string' ? member : null, message };
}
