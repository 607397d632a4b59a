import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { fetchListener } from '#platform/fetch-listener.ts';
import { portOf } from '#testing/receivers.ts';
import { compressAnswers } from './compress.ts';

const PIECE = randomBytes(64 * 1024);
const PIECES = 100;

test('a long answer is compressed at the pace of its client, and no wait for it is left behind', async () => {
  let waiting = 0;
  const answer = fetchListener(
    async () => {
      let made = 0;
      const body = new ReadableStream({
        pull(controller) {
          controller.enqueue(PIECE);
          made += 1;
          if (made === PIECES) controller.close();
        },
      });
      return new Response(body, { headers: { 'content-type': 'text/plain' } });
    },
    () => {},
  );
  const server = createServer(
    compressAnswers((request, response) => {
      const on: (type: string, listener: () => void) => unknown = response.on.bind(response);
      Object.assign(response, {
        on: (type: string, listener: () => void) => {
          if (type === 'drain') waiting += 1;
          return on(type, listener);
        },
      });
      answer(request, response);
    }),
  );
  const warnings: string[] = [];
  const note = ({ name }: Error) => void warnings.push(name);
  process.on('warning', note);
  onTestFinished(() => {
    process.off('warning', note);
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const got = await fetch(`http://127.0.0.1:${portOf(server)}/`, { headers: { 'accept-encoding': 'gzip' } });
  expect(got.headers.get('content-encoding')).toBe('gzip');
  const text = Buffer.from(await got.arrayBuffer());
  expect(text.equals(Buffer.concat(Array.from({ length: PIECES }, () => PIECE)))).toBe(true);
  // More than the ten that an emitter takes without a warning.
  expect(waiting).toBeGreaterThan(10);
  expect(warnings).toEqual([]);
});
