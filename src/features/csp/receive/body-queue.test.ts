import { expect, test } from 'vitest';
import { until } from '#testing/until.ts';
import { createBodyQueue, finish, isSmallBody, type Work } from './body-queue.ts';

const body = (size: number) => new Uint8Array(size);

/** Notes each slice of work, and its end. */
function noting(said: string[]) {
  return function* work(name: string, slices: number): Work<string> {
    for (let slice = 1; slice <= slices; slice += 1) {
      said.push(`${name}${slice}`);
      if (slice < slices) yield;
    }
    return name;
  };
}

test('bodies are worked on one after another, a slice in a turn of the event loop', async () => {
  const queue = createBodyQueue(100);
  const said: string[] = [];
  const work = noting(said);
  const done = (name: string) => said.push(`${name} is done`);
  expect(queue.add('one', body(10), () => work('a', 3), done)).toBe(true);
  expect(queue.add('other', body(10), () => work('b', 2), done)).toBe(true);
  expect(said).toEqual([]);
  const between = () => setImmediate(() => said.push('-') && said.length < 12 && between());
  between();
  await until('both are done', () => said.includes('b is done'));
  expect(said.filter((word) => word !== '-')).toEqual(['a1', 'a2', 'a3', 'a is done', 'b1', 'b2', 'b is done']);
  expect(said.slice(0, 6)).toEqual(['a1', '-', 'a2', '-', 'a3', 'a is done']);
});

test('what does not fit is refused, and one body of a client waits at a time', async () => {
  const queue = createBodyQueue(100);
  const said: string[] = [];
  const work = noting(said);
  const done = () => {};
  expect(queue.add('one', body(60), () => work('a', 1), done)).toBe(true);
  expect(queue.add('one', body(10), () => work('b', 1), done)).toBe(false);
  expect(queue.add('other', body(41), () => work('c', 1), done)).toBe(false);
  expect(queue.add('other', body(40), () => work('d', 1), done)).toBe(true);
  await until('what was taken is done', () => said.includes('d1'));
  expect(said).toEqual(['a1', 'd1']);
  expect(queue.add('one', body(100), () => work('e', 1), done)).toBe(true);
  await until('there is room again', () => said.includes('e1'));
});

test('what waits is let go of at the end', async () => {
  const queue = createBodyQueue(100);
  const said: string[] = [];
  queue.add(
    'one',
    body(60),
    () => noting(said)('a', 1),
    () => {},
  );
  queue.clear();
  await new Promise((resolve) => setImmediate(resolve));
  expect(said).toEqual([]);
  expect(finish(noting(said)('b', 2))).toBe('b');
});

test.each([
  ['a browser’s batch', `[${Array.from({ length: 100 }, () => '{"age":1,"body":{}}').join()}]`, true],
  ['many reports in few bytes', `[${'{"blocked-uri":"data"},'.repeat(1_000)}{}]`, false],
  ['one report in many bytes', `{"script-sample":"${'x'.repeat(1024 * 1024)}"}`, true],
  ['nothing', '', true],
])('%s is small: %s', (_what, text, isSmall) => {
  expect(isSmallBody(Buffer.from(text))).toBe(isSmall);
});
