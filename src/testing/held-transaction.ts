import pg from 'pg';

/** A program's own connection, as the platform writes beside us: transactions are opened and held as it likes. */
export async function connectAsPlatform(connectionString: string) {
  const client = new pg.Client({ connectionString, application_name: 'platform' });
  await client.connect();
  return client;
}

/** Runs statements in a transaction of somebody else's, and holds it open until `held` is done. */
export async function holdTransaction(
  client: pg.Client,
  statement: string,
  values: unknown[],
  held: () => Promise<unknown>,
): Promise<void> {
  await client.query('begin');
  await client.query(statement, values);
  await held();
  await client.query('commit');
}
