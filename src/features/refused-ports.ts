import { egressAllowForWorker } from '#platform/config.ts';
import { refusedPort } from '#platform/outbound/outbound-http.ts';
import type { Platform } from '#platform/scope.ts';
import { isSealedTextError } from '#platform/secrets/secrets.ts';
import { openConfig } from './connectors/open-config.ts';

const BATCH = 500;

/** Webhooks and connectors from before ports were refused, or from other settings. @returns where, and why nothing is sent. */
export async function findRefusedPorts({
  config,
  database,
  secrets,
}: Pick<Platform, 'config' | 'database' | 'secrets'>): Promise<{ place: string; reason: string }[]> {
  const allow = egressAllowForWorker(config);
  const found: { place: string; reason: string }[] = [];
  const look = (place: string, url: string | null) => {
    const reason = url === null ? null : refusedPort(url, allow);
    if (reason !== null) found.push({ place, reason });
  };
  for await (const { id, target_url } of rowsOf((page) =>
    database.webhook.findMany({ ...page, where: { deleted_at: null }, select: { id: true, target_url: true } }),
  ))
    look(`webhook ${id}`, target_url);
  for await (const row of rowsOf((page) => database.connector.findMany(page))) {
    const opened = await openConfig(secrets, row).catch((error: unknown) => {
      if (isSealedTextError(error)) return null;
      throw error;
    });
    if (opened) look(`connector ${row.id}`, opened.type.destination(opened.config));
  }
  return found;
}

type Page = { take: number; orderBy: { id: 'asc' }; skip?: number; cursor?: { id: string } };

async function* rowsOf<Row extends { id: string }>(ask: (page: Page) => Promise<Row[]>): AsyncGenerator<Row> {
  let last: Row | undefined;
  do {
    const rows: Row[] = await ask({
      take: BATCH,
      orderBy: { id: 'asc' },
      ...(last && { skip: 1, cursor: { id: last.id } }),
    });
    yield* rows;
    last = rows.length === BATCH ? rows.at(-1) : undefined;
  } while (last);
}
