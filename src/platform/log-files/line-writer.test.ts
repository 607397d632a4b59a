import { expect, test } from 'vitest';
import { until } from '#testing/until.ts';
import { createLineWriter } from './line-writer.ts';

const lostLine = (lines: number) => `lost ${lines}\n`;
const textOf = (chunks: readonly Uint8Array[]) => Buffer.concat(chunks).toString();

/** A sink that writes on demand. */
function slowSink() {
  const chunks: string[] = [];
  const gates: PromiseWithResolvers<void>[] = [];
  return {
    chunks,
    /** Lets what is being written, or the next, succeed or fail. */
    async settle(error?: Error) {
      const gate = await until('a chunk is on its way', () => gates.shift());
      if (error) gate.reject(error);
      else gate.resolve();
    },
    async write(some: readonly Uint8Array[]) {
      const gate = Promise.withResolvers<void>();
      gates.push(gate);
      await gate.promise;
      chunks.push(textOf(some));
    },
  };
}

function open(write: (chunks: readonly Uint8Array[]) => Promise<void>, mostWaitingBytes = 1_000, mostWriteBytes = 100) {
  const failures: unknown[] = [];
  const onFailure = (error: unknown) => void failures.push(error);
  const writer = createLineWriter({ write, mostWaitingBytes, mostWriteBytes, lostLine, onFailure });
  return { ...writer, failures };
}

test('lines are written in their order, gathered into chunks of whole lines', async () => {
  const chunks: string[] = [];
  const writer = open(async (some) => void chunks.push(textOf(some)));
  const lines = Array.from({ length: 30 }, (_, index) => `line ${index} é\n`);
  for (const line of lines) writer.push(line);
  await writer.flush();
  expect(chunks.join('')).toBe(lines.join(''));
  expect(chunks.length).toBeLessThan(lines.length);
  for (const chunk of chunks) {
    expect(Buffer.byteLength(chunk)).toBeLessThanOrEqual(100);
    expect(chunk.endsWith('\n')).toBe(true);
  }
});

test('what does not fit is lost, counted, and reported once there is space again', async () => {
  const sink = slowSink();
  const writer = open((some) => sink.write(some), 100, 100);
  for (let index = 0; index < 30; index += 1) writer.push('0123456789\n');
  expect(writer.lost()).toBe(21);
  await sink.settle();
  await sink.settle();
  await writer.flush();
  expect(sink.chunks).toEqual(['0123456789\n'.repeat(9), 'lost 21\n']);
  expect(writer.lost()).toBe(21);
});

test('a line that stands for many is written even when the buffer is full', async () => {
  const sink = slowSink();
  const writer = open((some) => sink.write(some), 20, 100);
  writer.push('0123456789\n');
  writer.push('0123456789\n');
  writer.push('summary\n', true);
  await sink.settle();
  await writer.flush();
  expect(sink.chunks.join('')).toBe('0123456789\nsummary\nlost 1\n');
});

test('what cannot be written is lost and counted, and the next lines are tried again', async () => {
  const sink = slowSink();
  const writer = open((some) => sink.write(some));
  writer.push('a\n');
  writer.push('b\n');
  await sink.settle(new Error('no space left on device'));
  await until('it is counted', () => writer.lost() === 2);
  expect(writer.failures).toEqual([new Error('no space left on device')]);
  writer.push('c\n');
  await sink.settle();
  await until('it is written', () => sink.chunks.length === 1);
  expect(sink.chunks).toEqual(['c\nlost 2\n']);
});

test('a flush ends also when nothing can be written', async () => {
  const writer = open(() => Promise.reject(new Error('gone')));
  writer.push('a\n');
  await writer.flush();
  expect(writer.lost()).toBe(1);
});
