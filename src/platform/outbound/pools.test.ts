import { expect, test } from 'vitest';
import { json } from '#testing/receiver-answers.ts';
import { type Receiver, startReceiver } from '#testing/receivers.ts';
import { createDialler } from './dial.ts';
import { createPools } from './pools.ts';
import { takeApart } from './target.ts';

const target = (url: string, addresses: string[]) => {
  const parts = takeApart(url);
  if (!parts) throw new Error(`This is no URL: ${url}`);
  return { ...parts, addresses };
};
const targetOf = ({ url }: Receiver) => target(url, ['127.0.0.1']);

test('beyond the bound, the pool that was unused for longest goes, and its connections with it', async () => {
  await using first = await startReceiver(json({}));
  await using second = await startReceiver(json({}));
  await using third = await startReceiver(json({}));
  const pools = createPools(createDialler({}), 2);
  const ask = async (receiver: Receiver) => {
    const { origin } = new URL(receiver.url);
    const { body } = await pools.get(targetOf(receiver), '127.0.0.1').request({ origin, path: '/', method: 'GET' });
    await body.dump();
  };
  await ask(first);
  await ask(second);
  await ask(first);
  await ask(third);
  await expect.poll(() => second.openConnections(), { timeout: 2000 }).toBe(0);
  expect(await first.openConnections()).toBeGreaterThan(0);
  await pools.close();
  await expect.poll(() => first.openConnections(), { timeout: 2000 }).toBe(0);
});

test('an address that took no connection is tried after those that did', async () => {
  const pools = createPools(createDialler({}));
  const two = target('https://two.test/', ['::1', '127.0.0.1']);
  expect(pools.inOrder(two)).toEqual(['::1', '127.0.0.1']);
  pools.get(two, '::1');
  pools.get(two, '127.0.0.1');
  pools.forget(two, '::1');
  expect(pools.inOrder(two)).toEqual(['127.0.0.1', '::1']);
  await pools.close();
});
