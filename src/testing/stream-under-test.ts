import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { appRouter } from '#api/router.ts';
import { startSource } from '#features/sources/stream/run-source.ts';
import { type StoredEvent, storedEvents } from './stored-events.ts';
import { createTestDatabase } from './test-database.ts';
import { createTestOrganization, createTestPlatform } from './test-platform.ts';
import { until } from './until.ts';

export const SHOP_EVENT = 'shop.changed';

/** A database of a source, and a way to it that may do everything. */
export type SourceDatabase = { connectionString: string; end: () => Promise<unknown> };

/** A database of its own on the server of this run, as somebody else's platform. */
export async function createSourceDatabase(): Promise<SourceDatabase> {
  const { connectionString, close } = await createTestDatabase({ template: 'template1' });
  return { connectionString, end: close };
}

/** A console whose change stream is read. Without a source it reads its own database, and may do everything there. */
export async function startStream(source?: { database: SourceDatabase; user?: string }) {
  const url = source && new URL(source.database.connectionString);
  if (url && source.user) {
    url.username = source.user;
    url.password = 'secret';
  }
  const platform = await createTestPlatform(url ? { SOURCE_DATABASE_URL: url.href } : {});
  const organization = await createTestOrganization(platform);
  await platform.database.eventType.create({ data: { organization_id: organization.id, name: SHOP_EVENT } });
  const direct = new pg.Client({
    connectionString: source?.database.connectionString ?? platform.pool.options.connectionString ?? '',
  });
  direct.on('error', () => {}); // a source that is killed, which the next statement tells
  await direct.connect();
  let reader: { stop(): Promise<void> } | null = null;
  const api = appRouter.createCaller({
    platform,
    caller: {
      kind: 'user',
      id: 'u',
      name: 'Ada',
      email: 'a@example.com',
      organization_id: organization.id,
      role: 'admin',
    },
    ip: null,
    user_agent: null,
    host: null,
  });
  type Gap = Awaited<ReturnType<typeof api.sources.gaps.list>>['items'][number];
  type MappingInput = Parameters<typeof api.sources.mappings.create>[0];

  const stream = {
    platform,
    organization,
    api,
    /** Runs statements at the source, as its owner. */
    sql: async (statements: string) => (await direct.query(statements)).rows,
    read() {
      reader ??= startSource(platform);
    },
    async stop() {
      await reader?.stop();
      reader = null;
    },
    /** Maps a table, and waits until it is read. */
    async map(table: string, given: Partial<MappingInput> = {}) {
      const mapping = await api.sources.mappings.create({
        table,
        operations: ['insert', 'update', 'delete'],
        event_type: SHOP_EVENT,
        ...given,
      });
      await stream.whenRead(table);
      return mapping;
    },
    whenState: (state: string) =>
      until(
        `the source is ${state}`,
        async () => {
          const found = await platform.database.source.findFirst();
          return found?.state === state ? found : null;
        },
        30_000,
      ),
    whenRead: (table: string) =>
      until(
        `${table} is read`,
        async () => (await platform.database.sourceTable.count({ where: { table_name: table } })) > 0,
        30_000,
      ),
    async events(): Promise<Record<string, unknown>[]> {
      const found: StoredEvent[] = await storedEvents(platform, organization.id);
      return found.filter(({ type }) => type === SHOP_EVENT).map(({ data }) => data);
    },
    /** The data of the events, once there are so many. */
    whenEvents: (count: number) =>
      until(
        `${count} events`,
        async () => {
          const found = await stream.events();
          return found.length >= count ? found : null;
        },
        30_000,
      ),
    gaps: async (): Promise<Gap[]> => (await api.sources.gaps.list({ limit: 50 })).items,
    whenGap: (what: string, test: (gap: Gap) => boolean) =>
      until(`a gap ${what}`, async () => (await stream.gaps()).find(test), 30_000),
    whenWarned: (text: string) =>
      until(
        `a warning of ${text}`,
        async () => (await api.sources.get()).warnings.find(({ message }) => message.includes(text)),
        30_000,
      ),
    async end() {
      await stream.stop();
      await direct.end();
      await platform.close();
      await source?.database.end();
    },
  };
  return stream;
}

export type StreamUnderTest = Awaited<ReturnType<typeof startStream>>;

/** A name for a role, which all databases of a server share. */
export const roleName = () => `reader_${randomUUID().slice(0, 8)}`;
