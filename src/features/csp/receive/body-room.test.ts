import { expect, test } from 'vitest';
import { createBodyRoom } from './body-room.ts';

const bytes = (text: string) => Buffer.from(text);

/** A room for bodies of 100 bytes, 300 in all, and a body in it that notes when it had to go. */
function openRoom() {
  const room = createBodyRoom(100, 300);
  const gone: string[] = [];
  return { gone, open: (name: string) => room.open(() => void gone.push(name)) };
}

test('a body is what was added to it, piece by piece', () => {
  const { open } = openRoom();
  const body = open('a');
  for (const piece of ['', '{"csp', '-', 'report":', '{}}']) expect(body.add(bytes(piece))).toBe(true);
  expect(Buffer.from(body.take()).toString()).toBe('{"csp-report":{}}');
});

test('a body that is too long takes no more, and leaves its room to others', () => {
  const { open, gone } = openRoom();
  const long = open('long');
  expect([long.add(Buffer.alloc(100)), long.add(bytes('x')), long.add(bytes('x'))]).toEqual([true, false, false]);
  for (const name of ['a', 'b', 'c']) expect(open(name).add(Buffer.alloc(100))).toBe(true);
  expect(gone).toEqual([]);
});

test('when there is no room, the body goes that has been on its way longest', () => {
  const { open, gone } = openRoom();
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

test('a body that was taken, or given up, is no longer in the way', () => {
  const { open, gone } = openRoom();
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
  const room = createBodyRoom(length, 8 * length);
  const bodies = Array.from({ length: 4 }, () => room.open(() => {}));
  const before = process.memoryUsage().rss;
  for (const body of bodies) for (let index = 0; index < length; index += 1) body.add(new Uint8Array(1).fill(index));
  expect(process.memoryUsage().rss - before).toBeLessThan(100 * length);
  for (const body of bodies) expect(body.take().at(1_000)).toBe(1_000 % 256);
});
