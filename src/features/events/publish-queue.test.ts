import { expect, test } from 'vitest';
import { createPublishQueue } from './publish-queue.ts';

type Stored = { name: string; deliveries: number };

/** A store whose statements end on demand. */
function heldStore(deliveriesOf: (name: string) => number = () => 1) {
  const statements: { names: string[]; isBatch: boolean; end(error?: Error): void }[] = [];
  const store = (names: readonly string[], isBatch: boolean): Promise<Stored[]> =>
    new Promise((resolve, reject) => {
      statements.push({
        names: [...names],
        isBatch,
        end: (error) =>
          error ? reject(error) : resolve(names.map((name) => ({ name, deliveries: deliveriesOf(name) }))),
      });
    });
  return { statements, store };
}

/** What was asked for is begun in the next turn of the event loop. */
const turn = () => new Promise((resolve) => setImmediate(resolve));
const never = () => false;

test('single events of several organizations go together, of each one in turn', async () => {
  const { statements, store } = heldStore();
  const queue = createPublishQueue(store, never);
  for (let n = 0; n < 300; n += 1) void queue.add('greedy', `g${n}`);
  void queue.add('modest', 'm');
  await turn();
  expect(statements[0]?.names.slice(0, 3)).toEqual(['g0', 'm', 'g1']);
  expect(statements.map(({ names }) => names.length)).toEqual([200, 101]);
});

test('batches go alone, one at a time for each organization', async () => {
  const { statements, store } = heldStore();
  const queue = createPublishQueue(store, never);
  void queue.addBatch('greedy', ['g1']);
  void queue.addBatch('greedy', ['g2']);
  void queue.addBatch('modest', ['m1']);
  await turn();
  expect(statements.map(({ names, isBatch }) => [names[0], isBatch])).toEqual([
    ['g1', true],
    ['m1', true],
  ]);
  statements[0]?.end();
  await turn();
  expect(statements[2]?.names).toEqual(['g2']);
});

test('an organization whose events make many deliveries holds up only itself', async () => {
  const { statements, store } = heldStore((name) => (name.startsWith('g') ? 1_000 : 1));
  const queue = createPublishQueue(store, never);
  const first = queue.add('greedy', 'g0');
  await turn();
  statements[0]?.end();
  await first;
  const answered: string[] = [];
  for (let n = 1; n <= 10; n += 1) void queue.add('greedy', `g${n}`).then(({ name }) => answered.push(name));
  const modest = queue.add('modest', 'm').then(({ name }) => answered.push(name));
  await turn();
  expect(statements.slice(1).map(({ names }) => names)).toEqual([['m'], ['g1', 'g2']]);
  statements[1]?.end();
  await modest;
  expect(answered).toEqual(['m']);
});

test('an error that may be one event’s fault is that event’s alone', async () => {
  const tried: string[][] = [];
  const queue = createPublishQueue<string, Stored>(
    async (names) => {
      tried.push([...names]);
      if (names.includes('bad')) throw new Error('22P05');
      return names.map((name) => ({ name, deliveries: 1 }));
    },
    (error) => error instanceof Error && error.message === '22P05',
  );
  const outcomes = await Promise.allSettled(['good', 'bad', 'better'].map((name) => queue.add('o', name)));
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(tried).toEqual([['good', 'bad', 'better'], ['good'], ['bad'], ['better']]);
});

test('any other error reaches all, and nothing is tried again', async () => {
  let tries = 0;
  const queue = createPublishQueue<string, Stored>(async () => {
    tries += 1;
    throw new Error('the connection was lost');
  }, never);
  const outcomes = await Promise.allSettled(['a', 'b'].map((name) => queue.add('o', name)));
  expect([outcomes.map(({ status }) => status), tries]).toEqual([['rejected', 'rejected'], 1]);
});

test('two shared statements and two of their own are under way at most, and each end starts the next', async () => {
  const { statements, store } = heldStore();
  const queue = createPublishQueue(store, never);
  for (let n = 0; n < 450; n += 1) void queue.add(`o${n % 3}`, `s${n}`);
  for (let n = 0; n < 3; n += 1) void queue.addBatch(`o${n}`, [`b${n}`]);
  await turn();
  const begun = () => statements.map(({ names, isBatch }) => (isBatch ? names[0] : names.length));
  expect(begun()).toEqual([200, 200, 'b0', 'b1']);
  statements[2]?.end();
  await turn();
  expect(begun().slice(4)).toEqual(['b2']);
  statements[0]?.end();
  await turn();
  expect(begun().slice(5)).toEqual([50]);
  for (const statement of statements) statement.end();
  await turn();
  expect(statements).toHaveLength(6);
});

test('organizations whose events make some deliveries each share statements of 2,000 deliveries', async () => {
  const { statements, store } = heldStore(() => 20);
  const queue = createPublishQueue(store, never);
  for (let n = 0; n < 320; n += 1) for (const name of ['one', 'other']) void queue.add(name, `${name}${n}`);
  await turn();
  statements[0]?.end();
  await turn();
  expect(statements.map(({ names }) => names.length)).toEqual([200, 200, 100]);
});

test('of organizations that take turns, the one that waited longest is next', async () => {
  const { statements, store } = heldStore();
  const queue = createPublishQueue(store, never);
  for (let n = 0; n < 200; n += 1) for (const name of ['one', 'other', 'third']) void queue.add(name, `${name}${n}`);
  await turn();
  expect(statements[0]?.names.slice(-2)).toEqual(['one66', 'other66']);
  void queue.add('new', 'new0');
  statements[0]?.end();
  await turn();
  expect(statements[2]?.names.slice(0, 4)).toContain('new0');
});

test('an event that makes one delivery again shares statements again', async () => {
  let deliveries = 21;
  const { statements, store } = heldStore(() => deliveries);
  const queue = createPublishQueue(store, never);
  const publish = async (name: string) => {
    const published = queue.add('greedy', name);
    await turn();
    statements.at(-1)?.end();
    return published;
  };
  await publish('g0');
  deliveries = 0;
  await publish('g1');
  const [greedy, modest] = [queue.add('greedy', 'g2'), queue.add('modest', 'm')];
  await turn();
  expect(statements.at(-1)?.names).toEqual(['g2', 'm']);
  statements.at(-1)?.end();
  await Promise.all([greedy, modest]);
});

test('an event for which the database returns nothing is an error, and so is a batch that it refuses', async () => {
  const refusing = createPublishQueue<string, Stored>(async (names, isBatch) => {
    if (isBatch) throw new Error('refused');
    return names.slice(1).map((name) => ({ name, deliveries: 1 }));
  }, never);
  const outcomes = await Promise.allSettled([
    refusing.add('o', 'a'),
    refusing.add('o', 'b'),
    refusing.addBatch('o', ['c']),
  ]);
  expect(outcomes).toMatchObject([
    { status: 'fulfilled', value: { name: 'b' } },
    { status: 'rejected', reason: new Error('The database returned no result for an event.') },
    { status: 'rejected', reason: new Error('refused') },
  ]);
});
