import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { definePart } from '#platform/define-part.ts';
import type { Platform } from '#platform/scope.ts';
import type { Answer, Question, Verdict } from './check-worker.ts';

/** `slow`: it was stopped. `large`: it took more memory than a thread has. `failed`: the thread ended by itself. */
export type Checked = Exclude<Verdict, { is: 'unknown' }> | { is: 'slow' } | { is: 'large' } | { is: 'failed' };

type Asked = { organization_id: string; version: string; schema: string; data: readonly string[] };
type Job = Asked & { resolve: (checked: Checked) => void; timer?: NodeJS.Timeout };

export type SchemaChecks = { check(asked: Asked): Promise<Checked>; close(): Promise<void> };

/** Threads at once. An organization has one of them at most. */
const MOST_THREADS = 4;
/** CPU time of the thread, so that a busy machine makes no schema seem slow. */
export const MOST_CPU_MS = 500;
const MOST_WALL_MS = 10_000;
/** Threads that are there once there is something to check. */
const SPARE = 2;
/** Who was stopped shares one thread with others who were, for so long. */
const SUSPECT_MS = 60_000;
const IDLE_MS = 60_000;
const MEMORY = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 16, stackSizeMb: 2 };
/**
 * Resolved from the project's folder, where each of our processes runs, because a bundle of Next.js doesn't know the
 * location of its modules.
 */
const WORKER_FILE = join(process.cwd(), 'src/features/event-types/schemas/check-worker.ts');

type Thread = {
  worker: Worker;
  job: Job | null;
  known: Set<string>;
  idle: NodeJS.Timeout | undefined;
  /** What it had worked when it was heard of last; null while it is loading. */
  cpuMs: number | null;
};

export const schemaChecksOf: (platform: Platform) => SchemaChecks = definePart('schema checks', () =>
  createSchemaChecks(),
);

/**
 * Checks data by users' JSON Schemas in threads with a bound on time and memory. Organizations wait for their own
 * checks: one at a time for each, and what was too slow once keeps off the threads of the others for a minute.
 */
export function createSchemaChecks({ mostCpuMs = MOST_CPU_MS } = {}): SchemaChecks {
  const threads = new Set<Thread>();
  /** In the order of their turns. */
  const waiting = new Map<string, Job[]>();
  const suspects = new Map<string, number>();
  let isClosed = false;

  const isSuspect = (organization_id: string) => (suspects.get(organization_id) ?? 0) > performance.now();
  const running = () => [...threads].flatMap(({ job }) => (job ? [job.organization_id] : []));

  function next(): void {
    for (const [organization_id, jobs] of waiting) {
      const busy = running();
      if (busy.includes(organization_id)) continue;
      if (isSuspect(organization_id) && busy.some(isSuspect)) continue;
      const job = jobs[0];
      const thread = job && threadFor(job);
      if (!thread) return;
      jobs.shift();
      // To the end of the row.
      waiting.delete(organization_id);
      if (jobs.length > 0) waiting.set(organization_id, jobs);
      run(thread, job);
    }
  }

  function threadFor({ version }: Job): Thread | undefined {
    const idle = [...threads].filter(({ job }) => job === null);
    return (
      idle.find(({ known }) => known.has(version)) ?? idle[0] ?? (threads.size < MOST_THREADS ? start() : undefined)
    );
  }

  function start(): Thread {
    const worker = new Worker(WORKER_FILE, {
      execArgv: [],
      resourceLimits: MEMORY,
      stdout: true,
      stderr: true,
    });
    const thread: Thread = { worker, job: null, known: new Set(), idle: undefined, cpuMs: null };
    threads.add(thread);
    worker.unref();
    worker.on('message', (answer: Answer) => heard(thread, answer));
    worker.on('error', (error) =>
      lost(thread, Reflect.get(error, 'code') === 'ERR_WORKER_OUT_OF_MEMORY' ? 'large' : 'failed'),
    );
    worker.on('exit', () => lost(thread, 'failed'));
    return thread;
  }

  /** A thread takes a moment to start, so requests don't wait for it while the only one is busy. */
  function keepSpare(): void {
    if (threads.size < SPARE) start();
  }

  function run(thread: Thread, job: Job): void {
    clearTimeout(thread.idle);
    thread.job = job;
    keepSpare();
    ask(thread, job, !thread.known.has(job.version));
    void watch(thread, job);
  }

  function ask({ worker, known }: Thread, { version, schema, data }: Job, isNew: boolean): void {
    known.add(version);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    worker.postMessage({ version, schema: isNew ? schema : null, data } satisfies Question);
  }

  /** Ends a thread whose job has taken its time, by the thread's own clock. */
  async function watch(thread: Thread, job: Job): Promise<void> {
    const begun = performance.now();
    for (let waitMs = mostCpuMs; ; waitMs = 100) {
      await new Promise((resolve) => {
        job.timer = setTimeout(resolve, waitMs).unref();
      });
      const now = await cpuMs(thread.worker);
      if (thread.job !== job) return;
      const used = thread.cpuMs === null ? 0 : now - thread.cpuMs;
      if (used < mostCpuMs && performance.now() - begun < MOST_WALL_MS) continue;
      lost(thread, 'slow');
      void thread.worker.terminate();
      return;
    }
  }

  function heard(thread: Thread, { verdict, cpuMs }: Answer): void {
    thread.cpuMs = cpuMs;
    const { job } = thread;
    if (!job) retireLater(thread);
    if (!job || verdict === null) return;
    if (verdict.is === 'unknown') {
      ask(thread, job, true);
      return;
    }
    clearTimeout(job.timer);
    thread.job = null;
    retireLater(thread);
    job.resolve(verdict);
    next();
  }

  function retireLater(thread: Thread): void {
    thread.idle = setTimeout(() => {
      threads.delete(thread);
      void thread.worker.terminate();
    }, IDLE_MS).unref();
  }

  /** @param is what becomes of its job. */
  function lost(thread: Thread, is: 'slow' | 'large' | 'failed'): void {
    clearTimeout(thread.idle);
    threads.delete(thread);
    const { job } = thread;
    thread.job = null;
    if (job) {
      clearTimeout(job.timer);
      const now = performance.now();
      for (const [one, until] of suspects) if (until < now) suspects.delete(one);
      suspects.set(job.organization_id, now + SUSPECT_MS);
      job.resolve({ is });
    }
    if (isClosed) return;
    next();
    if (job) keepSpare();
  }

  return {
    check: (asked) =>
      new Promise((resolve) => {
        const jobs = waiting.get(asked.organization_id) ?? [];
        jobs.push({ ...asked, resolve });
        waiting.set(asked.organization_id, jobs);
        next();
      }),
    async close() {
      isClosed = true;
      await Promise.all([...threads].map(({ worker }) => worker.terminate()));
    },
  };
}

/** What a thread has worked so far; nothing when it has ended. */
async function cpuMs(worker: Worker): Promise<number> {
  const { user, system } = await worker.cpuUsage().catch(() => ({ user: 0, system: 0 }));
  return (user + system) / 1000;
}
