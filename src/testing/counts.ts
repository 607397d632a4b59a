/**
 * How often the heavy tests do what they do: few times in `npm test`, which is run often, and as often as promised in
 * `npm run test:thorough`, which sets `TEST_COUNTS=full`. A test proves the same at either count, with less chance to
 * meet what is rare.
 */
const COUNTS = {
  /** Kills of workers and of PostgreSQL while events are published. */
  deliveryKills: [6, 20],
  /** Changes in the middle of which readers and databases of the change stream are killed. */
  streamChanges: [5_000, 50_000],
  /** Rows of one transaction that the change stream reads with flat memory: what they hold must be more than may be kept. */
  transactionRows: [20_000, 100_000],
  /** Commits during which a poller must not miss one. */
  polledCommits: [2_000, 10_000],
  /** Deliveries that wait for receivers that fail, beside those that work. */
  waitingDeliveries: [10_000, 100_000],
  /** Bodies of CSP reports that are mutated at random: together more than the memory they may leave in use. */
  mutatedBodies: [60_000, 200_000],
  /** Lines that come into the page of the CSP stream while somebody watches. */
  streamedLines: [6_000, 16_000],
  /** Requests that Schemathesis makes up for each operation of the API; only the thorough tests run it. */
  madeUpRequests: [0, 50],
} as const satisfies Record<string, readonly [few: number, full: number]>;

export type CountName = keyof typeof COUNTS;

/** @param full whether as often as promised. Left out, what the run was started for decides. */
export const countOf = (name: CountName, full = process.env.TEST_COUNTS === 'full'): number =>
  COUNTS[name][full ? 1 : 0];

/** As titles of tests say it: `50,000`. */
export const spelled = (count: number): string => count.toLocaleString('en-US');

/** One line for each count, for whoever wants to know what a run has proved. */
export const countLines = (full?: boolean): string[] =>
  (Object.keys(COUNTS) as CountName[]).map((name) => `${name}: ${spelled(countOf(name, full))}`);
