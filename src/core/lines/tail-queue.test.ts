import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { emptyPosition, resumeAt } from './tail-position.ts';
import { createTailQueue } from './tail-queue.ts';

const AT = 1_795_000_000_000;
const file = (writer: string, count = 1) => ({ writer, count, modifiedAt: AT });

/** A part of a file: which of its lines pass, each ten bytes long. */
const part = (writer: string, begin: number, passes: readonly boolean[]) => ({
  file: file(writer),
  lines: passes.flatMap((pass, index) => {
    const end = begin + 10 * (index + 1);
    return pass ? [{ line: `${writer} ${end}`, end }] : [];
  }),
  skipped: 0,
  end: begin + 10 * passes.length,
});

describe('what waits for a reader', () => {
  test('comes in its order, and none twice, wherever the reader is cut off and goes on', () => {
    const passes = fc.array(fc.boolean(), { maxLength: 5 });
    const events = fc.array(fc.oneof(fc.record({ writer: fc.constantFrom('a', 'b'), passes }), fc.nat(3)));
    fc.assert(
      fc.property(events, (steps) => {
        const queue = createTailQueue<string>(emptyPosition(AT), 1_000);
        const written: string[] = [];
        const read: string[] = [];
        const ends = { a: 0, b: 0 };
        let position = emptyPosition(AT);
        for (const step of steps) {
          if (typeof step === 'number') {
            const batch = queue.take(step, AT);
            read.push(...batch.lines);
            position = batch.position;
          } else {
            const writer = step.writer === 'a' ? 'a' : 'b';
            const next = part(writer, ends[writer], step.passes);
            ends[writer] = next.end;
            written.push(...next.lines.map(({ line }) => line));
            queue.push(next);
          }
        }
        expect(read).toEqual(written.slice(0, read.length));
        const missed = written.filter((line) => {
          const [writer = '', end] = line.split(' ');
          return Number(end) > (resumeAt(position, file(writer)) ?? 0);
        });
        expect(missed.toSorted()).toEqual(written.slice(read.length).toSorted());
      }),
    );
  });

  test('is bounded: the newest stay, and the others are counted', () => {
    const queue = createTailQueue<string>(emptyPosition(AT), 3);
    queue.push({ ...part('a', 0, [true, true]), skipped: 7 });
    queue.push(part('b', 0, [false]));
    queue.push(part('a', 20, [true, true]));
    expect(queue.take(10, AT)).toMatchObject({ lines: ['a 30', 'a 40'], skipped: 9 });
    expect(queue.take(10, AT)).toMatchObject({ lines: [], skipped: 0 });
  });

  test('moves the position on although no line passes', () => {
    const queue = createTailQueue<string>(emptyPosition(AT), 10);
    queue.push(part('a', 0, [false, false]));
    expect([queue.isEmpty(), queue.isIdle()]).toEqual([true, false]);
    expect(resumeAt(queue.take(10, AT).position, file('a'))).toBe(20);
    expect([queue.isEmpty(), queue.isIdle()]).toEqual([true, true]);
  });
});
