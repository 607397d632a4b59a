import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { Logger } from './log-files/log.ts';
import { KEEP_ALIVE_MS, watchSilence } from './postgres/silence-watch.ts';

/**
 * `lanes`: webhooks that have something to send. `settings`: webhooks that were changed, paused or ended.
 * `deliveries`: webhooks whose deliveries have changed. `recalls`: webhooks of which workers must drop what they
 * have read ahead. `erasures`: events of tests whose senders must not write them any more.
 */
const CHANNELS = ['lanes', 'settings', 'deliveries', 'recalls', 'erasures'] as const;
export type Channel = (typeof CHANNELS)[number];

/**
 * Notifications between processes on one database. They are only hints: code that needs certainty also polls from time
 * to time.
 */
export type Live = {
  /**
   * Notifies this process immediately and the others some milliseconds later, in one batch. Call it after the commit.
   */
  notify(channel: Channel, ids: readonly string[]): void;
  /**
   * @param onNotice is given null when something may have been missed: now, and when the connection comes back.
   * @returns the way to stop.
   */
  follow(channel: Channel, onNotice: (ids: readonly string[] | null) => void): () => void;
  close(): Promise<void>;
};

const GATHER_MS = 5;
/** PostgreSQL takes payloads under 8,000 bytes. */
const IDS_A_PAYLOAD = 200;
const FIRST_RECONNECT_MS = 100;
const MOST_RECONNECT_MS = 2_000;
/** A connection that only listens would not notice that nothing comes any more. */
const ASK_EVERY_MS = 3_000;

const nameOf = (channel: Channel): string => `honeyframe_${channel}`;

/**
 * LISTEN on a connection of its own, made when somebody follows first and made again when it is lost; NOTIFY through the
 * pool, outside of transactions, where it would make commits wait for each other.
 */
export function openLive(connectionString: string, pool: pg.Pool, log: Logger): Live {
  const self = randomUUID();
  const silence = watchSilence({ connectionString, application_name: 'honeyframe-webhooks live probe' });
  const followers = new Map<Channel, Set<(ids: readonly string[] | null) => void>>(
    CHANNELS.map((channel) => [channel, new Set()]),
  );
  const waiting = new Map<Channel, Set<string>>();
  let gathering: NodeJS.Timeout | undefined;
  let sending: Promise<unknown> = Promise.resolve();
  let listener: pg.Client | undefined;
  let reconnecting: NodeJS.Timeout | undefined;
  let reconnectMs = FIRST_RECONNECT_MS;
  let started = false;
  let closed = false;

  function receive(channel: Channel, ids: readonly string[] | null): void {
    for (const onNotice of followers.get(channel) ?? []) onNotice(ids);
  }

  async function connect(): Promise<void> {
    const client = new pg.Client({
      connectionString,
      application_name: 'honeyframe-webhooks live',
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
      connectionTimeoutMillis: 5_000,
    });
    let lost = false;
    let asking: NodeJS.Timeout | undefined;
    const lose = (error?: Error) => {
      if (lost) return;
      lost = true;
      clearInterval(asking);
      listener = undefined;
      void client.end().catch(() => {});
      if (closed) return;
      log.debug({ err: error }, 'The connection that listens for notifications was lost; reconnecting');
      reconnecting = setTimeout(() => void connect(), reconnectMs);
      reconnectMs = Math.min(reconnectMs * 2, MOST_RECONNECT_MS);
    };
    client.on('error', lose);
    client.on('end', () => lose());
    client.on('notification', ({ channel: name, payload = '' }) => {
      const channel = CHANNELS.find((one) => nameOf(one) === name);
      const [sender, ids = ''] = payload.split(':');
      if (channel && sender !== self) receive(channel, ids.split(','));
    });
    try {
      await client.connect();
      if (closed) return lose();
      listener = client;
      silence.watch(client);
      asking = setInterval(() => void client.query('select 1').catch(() => {}), ASK_EVERY_MS);
      for (const channel of CHANNELS) await client.query(`listen ${nameOf(channel)}`);
      reconnectMs = FIRST_RECONNECT_MS;
      for (const channel of CHANNELS) receive(channel, null);
    } catch (error) {
      lose(error instanceof Error ? error : undefined);
    }
  }

  function sendGathered(): void {
    gathering = undefined;
    const payloads = [...waiting].flatMap(([channel, ids]) =>
      chunks([...ids], IDS_A_PAYLOAD).map((some) => [nameOf(channel), `${self}:${some.join(',')}`]),
    );
    waiting.clear();
    const [names, texts] = [payloads.map(([name]) => name), payloads.map(([, text]) => text)];
    sending = pool
      .query('select pg_notify(name, payload) from unnest($1::text[], $2::text[]) as notice(name, payload)', [
        names,
        texts,
      ])
      .catch((error: unknown) =>
        log.debug(
          { err: error },
          'Other processes could not be notified; they will find the change when they next check',
        ),
      );
  }

  return {
    notify(channel, ids) {
      if (ids.length === 0 || closed) return;
      receive(channel, ids);
      const gathered = waiting.get(channel) ?? new Set();
      for (const id of ids) gathered.add(id);
      waiting.set(channel, gathered);
      gathering ??= setTimeout(sendGathered, GATHER_MS);
    },

    follow(channel, onNotice) {
      followers.get(channel)?.add(onNotice);
      if (!started) {
        started = true;
        void connect();
      } else if (listener) onNotice(null);
      return () => void followers.get(channel)?.delete(onNotice);
    },

    async close() {
      closed = true;
      silence.stop();
      clearTimeout(gathering);
      clearTimeout(reconnecting);
      await sending;
      await listener?.end().catch(() => {});
    },
  };
}

function chunks<Item>(items: Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
