import type pg from 'pg';
import { hindrance, judgeTable, type TableState } from './judge-table.ts';
import { quotedTable, readPublication, type WatchedTable } from './published-tables.ts';
import { explain, quoted, SourceProblem } from './source-problem.ts';

/** A statement that the source refused is tried again after this time, because somebody may have granted the privilege. */
const TRY_AGAIN_MS = 30_000;

type Standing = Awaited<ReturnType<typeof readPublication>>;

/**
 * Keeps our publication in line with the mappings while the stream is read: tables that are recreated or get a key are
 * added, and those that would make the platform's writes fail are removed. If something can't be changed, the page
 * shows the statement that helps, and everything else is read.
 */
export function createPublicationMaintenance(
  client: pg.Client,
  name: string,
  user: string,
  watched: readonly WatchedTable[],
) {
  const tables = watched.map(({ table }) => table);
  const refusals = new Map<string, { at: number; message: string }>();

  /** @returns whether it was done. */
  async function attempt(statement: string): Promise<boolean> {
    const before = refusals.get(statement);
    if (before && performance.now() - before.at < TRY_AGAIN_MS) return false;
    try {
      await client.query(statement);
      refusals.delete(statement);
      return true;
    } catch (error) {
      refusals.set(statement, {
        at: performance.now(),
        message: error instanceof Error ? error.message : String(error),
      });
      return false;
    }
  }

  const add = (table: string) => `ALTER PUBLICATION ${quoted(name)} ADD TABLE ONLY ${quotedTable(table)}`;
  const drop = (table: string) => `ALTER PUBLICATION ${quoted(name)} DROP TABLE ONLY ${quotedTable(table)}`;

  /**
   * Creates the publication with all tables. If that fails, with the first one that can be published, so that a table that
   * can't be doesn't stop the others, which are added later.
   */
  async function create(standing: Standing, server: number): Promise<void> {
    const wanted = standing.tables.filter((facts) => hindrance(facts) === null).map(({ table }) => table);
    if (wanted.length === 0)
      throw new SourceProblem(
        `The source has none of the tables that are mapped, or none that can be published (${tables.join(', ')}). Check SOURCE_DATABASE_URL.`,
      );
    const options = `publish_via_partition_root = true${server >= 180_000 ? ', publish_generated_columns = stored' : ''}`;
    const statementFor = (some: readonly string[]) =>
      `CREATE PUBLICATION ${quoted(name)} FOR TABLE ${some.map((table) => `ONLY ${quotedTable(table)}`).join(', ')} WITH (${options})`;
    const all = statementFor(wanted);
    try {
      await client.query(all);
    } catch (error) {
      for (const table of wanted.length > 1 ? wanted : []) if (await attempt(statementFor([table]))) return;
      throw explain(error, { slot: name, user, publication: `${all};` });
    }
  }

  /** @returns whether something was changed. */
  async function mend({ publication, tables: found }: Standing): Promise<boolean> {
    if (!publication) return false;
    let hasChanged = false;
    const tryTo = async (statement: string) => {
      if (await attempt(statement)) hasChanged = true;
    };
    const isMissingOperation = watched.some(({ operations }) =>
      operations.some((operation) => !publication.operations.includes(operation)),
    );
    const set = (option: string) => tryTo(`ALTER PUBLICATION ${quoted(name)} SET (${option})`);
    if (!publication.via_root) await set('publish_via_partition_root = true');
    if (publication.server >= 180_000 && !publication.generated) await set('publish_generated_columns = stored');
    if (isMissingOperation) await set(`publish = 'insert, update, delete, truncate'`);
    if (publication.all_tables) return hasChanged;
    for (const table of publication.extra) await tryTo(drop(table));
    for (const facts of found) {
      const isFit = hindrance(facts) === null;
      if (!isFit && facts.entry !== null) await tryTo(drop(facts.table));
      if (isFit && facts.entry === null && !facts.is_member) await tryTo(add(facts.table));
    }
    return hasChanged;
  }

  /**
   * @returns the state of each watched table, and the time by the source's clock.
   * @throws SourceProblem when there is no publication and none can be created.
   */
  return async (): Promise<{ states: TableState[]; now: Date; isOpen: boolean }> => {
    let standing = await readPublication(client, name, tables);
    if (!standing.publication) {
      await create(standing, await versionOf(client));
      standing = await readPublication(client, name, tables);
    }
    if (await mend(standing)) standing = await readPublication(client, name, tables);
    const { publication } = standing;
    if (!publication) throw new SourceProblem('The publication was dropped and is being created again.');
    const states = standing.tables.flatMap((facts) => {
      const one = watched.find(({ table }) => table === facts.table);
      return one ? [judgeTable(name, publication, one, facts, refusals.get(add(facts.table))?.message ?? null)] : [];
    });
    return { states, now: publication.now, isOpen: publication.all_tables };
  };
}

const versionOf = async (client: pg.Client) => {
  const { rows } = await client.query<{ version: number }>(
    `select current_setting('server_version_num')::int as version`,
  );
  return rows[0]?.version ?? 0;
};
