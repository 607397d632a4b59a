import { PrismaPg } from '@prisma/adapter-pg';
import {
  ColumnTypeEnum,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
  type SqlQuery,
  type SqlResultSet,
} from '@prisma/driver-adapter-utils';
import pg from 'pg';

/** The catalog's one-character type, written `"char"`, which `@prisma/adapter-pg` refuses. */
const CHAR_OID: number = pg.types.builtins.CHAR;

export type SchemaEngineAdapter = SqlMigrationAwareDriverAdapterFactory & {
  /** Runs a statement of ours on the same connection. */
  query: pg.Pool['query'];
  /** What PostgreSQL said of the last script that failed: the engine's own report has only its stack. */
  scriptError(): Error | undefined;
  close(): Promise<void>;
};

/** Prisma's table of the applied migrations. */
export const HISTORY = 'public._prisma_migrations';
const FINISH = `UPDATE ${HISTORY} SET finished_at = now() WHERE finished_at IS NULL AND rolled_back_at IS NULL`;

/**
 * The schema engine's way to a database: `@prisma/adapter-pg` on one connection, with three differences.
 * A script goes to the server as it is, in one message and so in one transaction: the adapter cuts it at every
 * semicolon, those inside function bodies included. The same transaction marks the migration as finished, so that no
 * kill can part the two. And columns of type `"char"` come back as characters.
 */
export function createSchemaEngineAdapter(connectionString: string): SchemaEngineAdapter {
  const pool = new pg.Pool({ connectionString, max: 1, idleTimeoutMillis: 0, connectionTimeoutMillis: 10_000 });
  pool.on('error', () => {}); // the query in progress, or the next one, reports it
  const characterColumns = new WeakMap<object, number[]>();
  const query = pool.query.bind(pool);
  pool.query = (async (config: pg.QueryArrayConfig) => {
    const result = await query(config);
    const characters = result.fields.flatMap((field, index) => (field.dataTypeID === CHAR_OID ? [index] : []));
    for (const index of characters) {
      const field = result.fields[index];
      if (field) field.dataTypeID = pg.types.builtins.TEXT;
    }
    characterColumns.set(result.rows, characters);
    return result;
  }) as typeof pool.query;
  const factory = new PrismaPg(pool);
  let scriptError: Error | undefined;

  async function connect(): Promise<SqlDriverAdapter> {
    const adapter = await factory.connect();
    return {
      provider: adapter.provider,
      adapterName: adapter.adapterName,
      async queryRaw(sqlQuery: SqlQuery): Promise<SqlResultSet> {
        const result = await adapter.queryRaw(sqlQuery);
        for (const index of characterColumns.get(result.rows) ?? [])
          result.columnTypes[index] = ColumnTypeEnum.Character;
        return result;
      },
      executeRaw: (sqlQuery) => adapter.executeRaw(sqlQuery),
      async executeScript(script) {
        const { rows } = await query<{ made: boolean }>(`SELECT to_regclass('${HISTORY}') IS NOT NULL AS made`);
        try {
          await query(rows[0]?.made ? `${script}\n;${FINISH}` : script);
        } catch (error) {
          scriptError = error instanceof Error ? error : undefined;
          throw error;
        }
      },
      startTransaction: (isolationLevel) => adapter.startTransaction(isolationLevel),
      getConnectionInfo: () => adapter.getConnectionInfo(),
      dispose: () => adapter.dispose(),
    };
  }

  return {
    provider: factory.provider,
    adapterName: factory.adapterName,
    connect,
    connectToShadowDb: () => Promise.reject(new Error('Migrations are never replayed on a shadow database.')),
    query,
    scriptError: () => scriptError,
    close: () => pool.end(),
  };
}
