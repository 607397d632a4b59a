import { expect, test } from 'vitest';
import { createBodyBuffers } from './body-buffers.ts';

const bytes = (text: string) => Buffer.from(text);

/** Buffers for bodies of 100 bytes each and 300 in total, and the names of the evicted ones. */
function openBuffers() {
  const buffers = createBodyBuffers(100, 300);
  const gone: string[] = [];
  return { gone, open: (name: string) => buffers.open(() => void gone.push(name)) };
}

test('a body is what was added to it, piece by piece', () => {
  const { open } = openBuffers();
  const body = open('a');
  for (const piece of ['', '{"csp', '-', 'report":', '{}}']) expect(body.add(bytes(piece))).toBe(true);
  expect(Buffer.from(body.take()).toString()).toBe('{"csp-report":{}}');
});

test('a body that is too long accepts no more, and frees its memory for others', () => {
  const { open, gone } = openBuffers();
  const long = open('long');
  expect([long.add(Buffer.alloc(100)), long.add(bytes('x')), long.add(bytes('x'))]).toEqual([true, false, false]);
  for (const name of ['a', 'b', 'c']) expect(open(name).add(Buffer.alloc(100))).toBe(true);
  expect(gone).toEqual([]);
});

test('when memory is full, the body that has been arriving for the longest time is evicted', () => {
  const { open, gone } = openBuffers();
  const slow = open('slow');
  slow.add(bytes('x'));
  open('silent'); // sends nothing, and holds nothing
  for (const name of ['a', 'b']) open(name).add(Buffer.alloc(100));
  expect(slow.add(Buffer.alloc(99))).toBe(true);
  expect(gone).toEqual([]);
  const late = open('late');
  expect(late.add(Buffer.alloc(10))).toBe(true);
  expect(gone).toEqual(['slow']);
  expect(slow.add(bytes('x'))).toBe(false);
  expect(late.take()).toHaveLength(10);
});

test('a body that was taken or dropped holds no memory', () => {
  const { open, gone } = openBuffers();
  for (let count = 0; count < 10; count += 1) {
    const taken = open('taken');
    taken.add(Buffer.alloc(100));
    taken.take();
    const dropped = open('dropped');
    dropped.add(Buffer.alloc(100));
    dropped.drop();
    dropped.drop();
  }
  for (const name of ['a', 'b', 'c']) open(name).add(Buffer.alloc(100));
  expect(gone).toEqual([]);
});

test('a body that comes byte by byte takes little more memory than its bytes', () => {
  const length = 1024 * 1024;
  const buffers = createBodyBuffers(length, 8 * length);
  const bodies = Array.from({ length: 4 }, () => buffers.open(() => {}));
  const before = process.memoryUsage().rss;
  for (const body of bodies) for (let index = 0; index < length; index += 1) body.add(new Uint8Array(1).fill(index));
  expect(process.memoryUsage().rss - before).toBeLessThan(100 * length);
  for (const body of bodies) expect(body.take().at(1_000)).toBe(1_000 % 256);
});
