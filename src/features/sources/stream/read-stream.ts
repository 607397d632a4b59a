import { LogicalReplicationService, type Pgoutput, PgoutputPlugin } from 'pg-logical-replication';
import type { Change, ChangeRow } from '#core/sources/change-mapping.ts';
import { formatLsn, parseLsn } from '#core/sources/lsn.ts';
import type { ValueKind } from '#core/sources/pg-value.ts';
import type { Batch, ChangeEvent } from './apply-changes.ts';
import { createBatches } from './batches.ts';
import type { StreamPosition } from './lease.ts';
import { cuttableConnection } from './source-connection.ts';

/** The source disconnects a reader that sends nothing for `wal_sender_timeout`, 60 s by default. */
const SAY_ALIVE_EVERY_MS = 5_000;
/** How often the source is asked to reply. If it is silent for longer, it has ended, or its packets are lost. */
const SILENT_MS = 9_000;
const PATIENCE_MS = 2_000;

type Reading = {
  connectionString: string;
  slot: string;
  start: StreamPosition;
  /** The position that the source knows we have reached. */
  confirmed: bigint;
  kindsOf: (columns: Pgoutput.RelationColumn[]) => Promise<Record<string, ValueKind>>;
  /** What becomes of a change: events without their time, and the reasons why others can't be created. */
  map: (change: Change) => { events: Omit<ChangeEvent, 'occurred_at'>[]; refusals: string[] };
  /** Whether a mapping creates events for the table's deleted rows. TRUNCATE doesn't name these rows. */
  takesDeletes: (table: string) => boolean;
  apply: (batch: Batch) => Promise<void>;
  onStart: () => void;
  signal: AbortSignal;
};

/**
 * Reads a slot until the signal aborts. Changes are acknowledged only after they were stored.
 * @throws the reason why reading failed.
 */
export async function readStream(reading: Reading): Promise<void> {
  const { connectionString, slot, start, confirmed, kindsOf, map, takesDeletes, apply, onStart, signal } = reading;
  const connection = cuttableConnection(connectionString, 'change stream');
  const plugin = new RawPgoutput({ protoVersion: 1, publicationNames: [slot] });
  const service = new LogicalReplicationService(connection.options, {
    acknowledge: { auto: false, timeoutSeconds: 0 },
    flowControl: { enabled: true },
  });
  const { promise: ended, resolve, reject } = Promise.withResolvers<void>();
  const kinds = new WeakMap<object, Record<string, ValueKind>>();
  let handled = 0;
  let hasBroken = false;
  let acknowledged = confirmed;
  let transaction: { lsn: bigint; index: number; occurred_at: string } | null = null;

  const fail = (error: unknown) => {
    hasBroken = true;
    reject(error);
  };

  function acknowledge(lsn: bigint, wantsAnswer = false): void {
    if (lsn > acknowledged) acknowledged = lsn;
    if (acknowledged === 0n) return;
    // The library adds one to the position. One too many would skip a transaction that begins exactly there.
    void service.acknowledge(formatLsn(acknowledged - 1n), wantsAnswer).catch(fail);
  }

  const batches = createBatches(start, apply, acknowledge, fail);

  async function handle(message: Pgoutput.Message): Promise<void> {
    if ('xid' in message) {
      transaction = { lsn: parseLsn(message.commitLsn ?? ''), index: 0, occurred_at: timeOf(message).toISOString() };
      return;
    }
    switch (message.tag) {
      case 'relation':
        kinds.set(message, await kindsOf(message.columns));
        return;
      case 'insert':
      case 'update':
      case 'delete': {
        if (!transaction) throw new Error('A change came outside of a transaction.');
        transaction.index += 1;
        const { lsn, index, occurred_at } = transaction;
        if (batches.isApplied({ lsn, index })) return;
        const change = changeOf(message, kinds.get(message.relation) ?? {});
        const { events, refusals } = map(change);
        const timed = events.map((event) => ({ ...event, occurred_at }));
        const { table } = change;
        await batches.add(
          { lsn, index },
          timed,
          refusals.map((reason) => ({ table, at: occurred_at, message: reason })),
        );
        return;
      }
      case 'truncate': {
        if (!transaction) throw new Error('A truncation came outside of a transaction.');
        transaction.index += 1;
        const { lsn, index, occurred_at } = transaction;
        if (batches.isApplied({ lsn, index })) return;
        const refusals = message.relations
          .map(({ schema, name }) => `${schema}.${name}`)
          .filter((table) => takesDeletes(table))
          .map((table) => ({
            table,
            at: occurred_at,
            message: `${table} was truncated. PostgreSQL doesn't send the deleted rows, so they created no events.`,
          }));
        await batches.add({ lsn, index }, [], refusals);
        return;
      }
      case 'commit':
        transaction = null;
        batches.commit(parseLsn(message.commitLsn ?? ''), parseLsn(message.commitEndLsn ?? ''), timeOf(message));
        return;
      default:
        return;
    }
  }

  service.on('start', () => onStart());
  service.on('error', fail);
  service.on('data', async (_lsn: string, message: Pgoutput.Message) => {
    if (hasBroken || signal.aborted) return;
    await handle(message).catch(fail);
    handled += 1;
  });
  // Between transactions, an idle slot advances, so that other tables' changes don't retain log on the source's disk.
  service.on('heartbeat', (lsn) => {
    if (transaction === null && handled === plugin.received && batches.isIdle()) acknowledge(parseLsn(lsn));
    else acknowledge(0n);
  });
  let [heard, heardAt] = [-1, performance.now()];
  const alive = setInterval(() => {
    const now = performance.now();
    const bytes = connection.bytesRead();
    if (bytes !== heard || connection.isPaused() || acknowledged === 0n) [heard, heardAt] = [bytes, now];
    else if (now - heardAt >= SILENT_MS) fail(new Error('Connection terminated: the source was silent'));
    acknowledge(0n, true);
  }, SAY_ALIVE_EVERY_MS);
  const stop = () => resolve();
  signal.addEventListener('abort', stop, { once: true });
  service.subscribe(plugin, slot).then(() => fail(new Error('The source has ended the stream')), fail);
  try {
    if (!signal.aborted) await ended;
  } finally {
    clearInterval(alive);
    signal.removeEventListener('abort', stop);
    hasBroken = true;
    await batches.settle();
    const late = setTimeout(() => connection.cut(), PATIENCE_MS);
    await service.stop().catch(() => {});
    clearTimeout(late);
    connection.cut();
  }
}

/** In microseconds since 1970. */
const timeOf = ({ commitTime }: Pick<Pgoutput.MessageBegin, 'commitTime'>) =>
  new Date(Number(commitTime.valueOf() / 1000n));

function changeOf(
  message: Pgoutput.MessageInsert | Pgoutput.MessageUpdate | Pgoutput.MessageDelete,
  kinds: Record<string, ValueKind>,
): Change {
  const { relation } = message;
  const table = `${relation.schema}.${relation.name}`;
  const base = { table, operation: message.tag, kinds };
  if (message.tag === 'insert') return { ...base, row: message.new as ChangeRow, old: null };
  if (message.tag === 'update') return { ...base, row: message.new as ChangeRow, old: message.old as ChangeRow | null };
  return { ...base, row: (message.old ?? message.key ?? {}) as ChangeRow, old: null };
}

/** The messages of pgoutput with every value as PostgreSQL's text, because parsing values would lose digits of numbers. */
class RawPgoutput extends PgoutputPlugin {
  /** How many messages were received so far, whether or not they were handled. */
  received = 0;

  override parse(buffer: Buffer): Pgoutput.Message {
    this.received += 1;
    const message = super.parse(buffer);
    // The parser keeps this object, and reads the following rows with it.
    if (message.tag === 'relation') for (const column of message.columns) column.parser = (text: unknown) => text;
    return message;
  }
}
