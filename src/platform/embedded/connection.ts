import pg from 'pg';
import { type Cluster, SUPERUSER } from './cluster.ts';

/** Where the server listens: on this machine only. */
export const HOST = '127.0.0.1';

/** One connection to the embedded server. The caller ends it. */
export async function connect(cluster: Cluster, port: number, database: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: addressOf(cluster, port, database),
    connectionTimeoutMillis: 5_000,
  });
  client.on('error', () => {}); // the query in progress, or the next one, reports it
  await client.connect();
  return client;
}

/** The address of one of the server's databases. It leaves nothing to be completed by `PGSSLMODE` and its kind. */
export function addressOf({ password }: Cluster, port: number, database: string): string {
  return `postgresql://${SUPERUSER}:${password}@${HOST}:${port}/${database}?sslmode=disable&sslnegotiation=postgres`;
}
