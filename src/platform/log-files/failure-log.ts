import { type DatabaseProblem, databaseProblem } from '#platform/postgres/database-down.ts';
import type { Logger } from './log.ts';

/** What a request asked for, without its query, which may contain private data. */
export type Asked = { method: string; path: string };

export type FailureLog = {
  /** Logs what failed on our side. While PostgreSQL is away everything fails: then it is one line a kind and second. */
  note(error: unknown, about: Partial<Asked> & Record<string, unknown>, message: string): void;
};

const ONE_LINE_EVERY_MS = 1_000;

/** A failure whose cause is not PostgreSQL's state keeps its stack, and a line of its own. */
export function createFailureLog(log: Logger, now: () => number = () => performance.now()): FailureLog {
  const windows = new Map<string, { endsAt: number; unsaid: number }>();
  return {
    note(error, about, message) {
      const problem = databaseProblem(error);
      if (!problem) {
        log.error({ err: error, ...about }, message);
        return;
      }
      const kind = `${problem} ${message}`;
      const window = windows.get(kind) ?? { endsAt: 0, unsaid: 0 };
      windows.set(kind, window);
      if (now() < window.endsAt) {
        window.unsaid += 1;
        return;
      }
      const { unsaid } = window;
      window.endsAt = now() + ONE_LINE_EVERY_MS;
      window.unsaid = 0;
      log.error(
        { problem, reason: reasonOf(error), ...about, ...(unsaid > 0 && { unsaid_before: unsaid }) },
        `${message}: ${WORDS[problem]}`,
      );
    },
  };
}

const WORDS = {
  unreachable: 'PostgreSQL cannot be reached',
  read_only: 'PostgreSQL is read-only',
  disk_full: 'PostgreSQL cannot write to its disk',
  overloaded: 'PostgreSQL has no connections or memory left',
  too_slow: 'PostgreSQL takes too long',
} satisfies Record<DatabaseProblem, string>;

/** The innermost message, in one line: Prisma's own begins with the code that called it. */
function reasonOf(error: unknown): string {
  let [innermost, depth] = [error, 0];
  for (; depth < 6 && typeof innermost === 'object' && innermost !== null; depth += 1) {
    const next: unknown =
      Reflect.get(innermost, 'cause') ?? Reflect.get(Reflect.get(innermost, 'meta') ?? {}, 'driverAdapterError');
    if (typeof next !== 'object' || next === null) break;
    innermost = next;
  }
  const said = [innermost, error].flatMap((one) => {
    if (typeof one !== 'object' || one === null) return [];
    return [Reflect.get(one, 'originalMessage'), Reflect.get(one, 'message'), Reflect.get(one, 'code')];
  });
  const text = said.find((one) => typeof one === 'string' && one !== '');
  return typeof text === 'string' ? (text.trim().split('\n').at(-1) ?? '').slice(0, 300) : 'unknown';
}
