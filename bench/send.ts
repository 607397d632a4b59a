import { Agent } from 'undici';
import { startReceiver } from '#testing/receivers.ts';
import { type ConsoleEnvironment, makeDataDir, removeDataDir, startConsole } from '#testing/running-console.ts';

/**
 * Sends through `POST /api/connectors/{id}/test`, as a ratio to bare undici POSTs of the same bytes to the same local
 * receiver: key check, connector, address rules, the send and its log entry, against nothing but the send. The two
 * take turns, so that a noisy machine is noisy to both.
 */
const IN_FLIGHT = 16;
const ROUNDS = 5;
const ROUND_MS = 4_000;
const BODY = JSON.stringify({ message: 'Customer X just signed up', metadata: { customer_id: 42 } });

const receiver = await startReceiver();
const environment: ConsoleEnvironment = { DATA_DIR: await makeDataDir(), LOG_LEVEL: 'info' };
const desk = startConsole(environment);
const agent = new Agent({ connections: IN_FLIGHT });
try {
  const { url } = await desk.ready();
  const key = await createKey();
  const { id } = await createConnector(url, key, `${receiver.url}/webhook/abc123`);
  const ours = () => post(`${url}/api/connectors/${id}/test`, { authorization: `Bearer ${key}` });
  const bare = () => post(`${receiver.url}/webhook/abc123`, {});
  await round(ours, 2_000);
  await round(bare, 1_000);
  const pairs: { ours: number; bare: number }[] = [];
  for (let index = 0; index < ROUNDS; index += 1)
    pairs.push({ ours: await round(ours, ROUND_MS), bare: await round(bare, ROUND_MS) });
  const middle = pairs.toSorted((a, b) => a.ours / a.bare - b.ours / b.bare)[Math.floor(ROUNDS / 2)];
  if (!middle) throw new Error('No round was measured.');
  console.log(
    `send: ${Math.round(middle.ours)} sends/s through the connector, ${Math.round(middle.bare)} bare POSTs/s`,
  );
  console.log(
    `send: ratio ${(middle.ours / middle.bare).toFixed(3)} (median of ${ROUNDS} rounds, ${IN_FLIGHT} in flight)`,
  );
} finally {
  await agent.close();
  await desk.stop();
  await removeDataDir(String(environment.DATA_DIR));
  await receiver.close();
}

async function round(send: () => Promise<void>, forMs: number): Promise<number> {
  const started = performance.now();
  let done = 0;
  const lane = async () => {
    while (performance.now() - started < forMs) {
      await send();
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
  return done / ((performance.now() - started) / 1000);
}

async function post(url: string, headers: Record<string, string>): Promise<void> {
  const { origin, pathname } = new URL(url);
  const { statusCode, body } = await agent.request({
    origin,
    path: pathname,
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: BODY,
  });
  await body.dump();
  if (statusCode !== 200) throw new Error(`${url} answered ${statusCode}.`);
}

async function createKey(): Promise<string> {
  const command = startConsole(environment, 'src/cli.ts', [
    'api-keys',
    'create',
    '--name',
    'bench',
    '--scopes',
    'read,write',
  ]);
  const { code } = await command.exited;
  if (code !== 0) throw new Error(`No API key was made: ${command.stderr()}`);
  return command.stdout().trim();
}

async function createConnector(url: string, key: string, webhook_url: string): Promise<{ id: string }> {
  const response = await fetch(`${url}/api/connectors`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'Bench', type: 'n8n_webhook', config: { webhook_url } }),
  });
  if (response.status !== 201) throw new Error(`The connector was not made: ${await response.text()}`);
  return response.json() as Promise<{ id: string }>;
}
