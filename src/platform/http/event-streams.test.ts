import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { endEventStreams } from './event-streams.ts';

test('an event stream ends when the end begins, and what is being answered is answered', async () => {
  const ending = new AbortController();
  const { promise: slowAnswer, resolve: slowRequestCame } = Promise.withResolvers<ServerResponse>();
  const listener = endEventStreams((request, response) => {
    if (request.url === '/slow') return slowRequestCame(response);
    response.setHeader('content-type', 'text/event-stream; charset=utf-8');
    response.write('data: 1\n\n');
  }, ending.signal);
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => server.closeAllConnections());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const reader = (await fetch(url)).body?.getReader();
  expect(new TextDecoder().decode((await reader?.read())?.value)).toBe('data: 1\n\n');
  const slow = fetch(`${url}/slow`, { headers: { connection: 'close' } });
  const answer = await slowAnswer;
  ending.abort();
  await expect(reader?.read()).rejects.toThrow('terminated');
  answer.end('done');
  expect(await (await slow).text()).toBe('done');
  await new Promise((resolve) => server.close(resolve));
});
