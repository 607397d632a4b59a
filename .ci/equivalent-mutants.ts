import type { Mutant } from './mutants.ts';

/** A change that no test can notice, because it changes nothing that anybody could observe. */
export type Equivalent = {
  path: string;
  /** The line of the source, without its indentation. */
  line: string;
  /** As `npm run mutate` prints it. */
  what: string;
  why: string;
};

export const EQUIVALENT: readonly Equivalent[] = [
  {
    path: 'src/features/events/judge-event.ts',
    line: 'const MOST_KEPT = 64 * 1024 * 1024;',
    what: '* → /',
    why: 'Bounds what is remembered. What is not remembered is read again, with the same result.',
  },
  {
    path: 'src/features/events/judge-event.ts',
    line: 'if (meter.steps - lastTurn < STEPS_A_TURN) continue;',
    what: '< → <=',
    why: 'Others have their turn one step of work later.',
  },
  {
    path: 'src/features/events/judge-event.ts',
    line: 'if (meter.steps - lastTurn < STEPS_A_TURN) continue;',
    what: 'meter.steps - lastTurn < STEPS_A_TURN → false',
    why: 'Others have their turn more often, with the same results.',
  },
  {
    path: 'src/features/events/judge-event.ts',
    line: 'if (meter.steps - lastTurn >= STEPS_A_TURN) {',
    what: '>= → >',
    why: 'Others have their turn one step of work later.',
  },
  {
    path: 'src/features/events/judge-event.ts',
    line: 'if (meter.steps - lastTurn >= STEPS_A_TURN) {',
    what: 'meter.steps - lastTurn >= STEPS_A_TURN → true',
    why: 'Others have their turn more often, with the same results.',
  },
  {
    path: 'src/features/events/publish-events.ts',
    line: 'let isFresh = false;',
    what: 'false → true',
    why: 'Filters are read from the database instead of remembered, with the same result.',
  },
  {
    path: 'src/features/events/recall-lanes.ts',
    line: 'if (recall.length === 0) return;',
    what: 'recall.length === 0 → false',
    why: 'Asks PostgreSQL about no queues, which answers that none is held.',
  },
  {
    path: 'src/platform/outbound/target.ts',
    line: 'verdictsBy.set(allow, known);',
    what: 'verdictsBy.set(allow, known); → ;',
    why: 'The same verdict is computed again instead of remembered.',
  },
  {
    path: 'src/platform/outbound/exchange.ts',
    line: 'if (lateMs > STALL_MS && next.extensions < MOST_EXTENSIONS) {',
    what: '> → >=',
    why: 'A timer is late by exactly 50 ms to all digits of a double.',
  },
  {
    path: 'src/platform/outbound/exchange.ts',
    line: "const bytes = typeof value === 'string' ? Buffer.from(value, 'latin1') : (value ?? Buffer.alloc(0));",
    what: "typeof value === 'string' → true",
    why: 'Copies the bytes of a buffer instead of using them.',
  },
  {
    path: 'src/platform/outbound/pools.ts',
    line: 'allowH2: false,',
    what: 'false → true',
    why: 'The connections are made by our own connector, which never offers HTTP/2.',
  },
  {
    path: 'src/platform/outbound/pools.ts',
    line: 'return times && times.at >= from && times.at <= to ? times : null;',
    what: '>= → >',
    why: 'A connection is made at exactly the time at which the wait for it began.',
  },
  {
    path: 'src/platform/outbound/pools.ts',
    line: 'return times && times.at >= from && times.at <= to ? times : null;',
    what: '<= → <',
    why: 'A connection is made at exactly the time at which its request starts.',
  },
  {
    path: 'src/platform/secrets/secrets.ts',
    line: 'const key = id ? (ready.get(id) ?? (await findReady(id))) : undefined;',
    what: 'id → true',
    why: 'Looks for the key of a text without one, which no keyring has.',
  },
  {
    path: 'src/platform/secrets/keyring.ts',
    line: 'if (known) return known;',
    what: 'known → false',
    why: 'Reads the key file again, which has the same key.',
  },
  {
    path: 'src/platform/secrets/keyring.ts',
    line: 'await file.sync();',
    what: 'await file.sync(); → ;',
    why: 'Shows only when the power fails.',
  },
  {
    path: 'src/platform/secrets/keyring.ts',
    line: "if ((mode & 0o077) !== 0) await chmod(path, 0o600).catch(unusable(path, 'made inaccessible to other users'));",
    what: '(mode & 0o077) !== 0 → true',
    why: 'Sets the mode that the file has.',
  },
];

export function isEquivalent(path: string, code: string, { line, what }: Mutant): boolean {
  const text = code.split('\n')[line - 1]?.trim();
  return EQUIVALENT.some((one) => one.path === path && one.what === what && one.line === text);
}
