import { z } from 'zod';
import { arrivalOfKey, type CspLine, keyOfId } from '#core/csp/report/line.ts';
import { openStreamFile, type StreamFileReader } from '#features/csp/live/stream-file-reader.ts';
import { beginningOf, endOf, listStreamFiles, type StreamFile } from '#features/csp/live/stream-files.ts';
import type { CspScope } from '../csp-scope.ts';
import { askLines } from './ask-lines.ts';
import type { LineSearch } from './line-search.ts';

const KIND = `case when dropped is not null then 'dropped' when suppressed is not null then 'suppressed'
  when grp is not null then 'violation' when policy.policy_hash is not null then 'policy'
  when type = 'csp_report_malformed' then 'malformed' when type is not null then 'report' end`;

/** Finds the newest lines wherever they are: DuckDB tells which, and they are read from their files. */
export async function findLines(
  scope: CspScope,
  { filter, kinds, end, most }: LineSearch,
  signal?: AbortSignal,
): Promise<CspLine[]> {
  const found = await askLines(
    scope,
    {
      filter,
      row: z.object({ id: z.string() }),
      sql: (lines, parameters) => `
        select id from ${lines}
        where regexp_matches(id, '^[\\w.-]{1,80}-\\d{16}$')
          and ${kinds ? `list_contains(${parameters.bind(kinds)}, ${KIND})` : `${KIND} is not null`}
          and ${end ? `(time < ${parameters.bind(end.time)} or (time = ${parameters.bind(end.time)} and id < ${parameters.bind(end.id)}))` : 'true'}
        order by time desc, id desc limit ${parameters.bind(most)}`,
    },
    signal,
  );
  return readById(
    scope,
    found.map(({ id }) => id),
    signal,
  );
}

/** Whether the lines of all of these files have keys. */
export async function areKeyed(files: readonly StreamFile[]): Promise<boolean> {
  for (const file of files) {
    const reader = await openStreamFile(file);
    await reader?.close();
    if (reader && !reader.isKeyed) return false;
  }
  return true;
}

/** The lines with these ids, but for those that rotation has removed meanwhile. */
async function readById({ platform }: CspScope, ids: readonly string[], signal?: AbortSignal): Promise<CspLine[]> {
  const files = await listStreamFiles(platform.config.csp.logDir);
  const readers = new Map<string, Promise<StreamFileReader | null>>();
  const open = (file: StreamFile) => {
    const known = readers.get(file.path) ?? openStreamFile(file);
    readers.set(file.path, known);
    return known;
  };
  const lines: CspLine[] = [];
  try {
    for (const id of ids) {
      signal?.throwIfAborted();
      const key = keyOfId(id) ?? '';
      const writer = key.slice(17);
      const arrived = arrivalOfKey(key);
      const isOfDay = (file: StreamFile) => beginningOf(file) <= arrived && arrived < endOf(file);
      // After the clock was set back, a writer's ids are of a later day than its files: the name says where to look first.
      const own = files
        .filter((file) => file.writer.endsWith(writer))
        .toSorted((a, b) => Number(isOfDay(b)) - Number(isOfDay(a)));
      for (const file of own) {
        const line = await (await open(file))?.lineAt(key);
        if (line) {
          lines.push(line);
          break;
        }
      }
    }
    return lines;
  } finally {
    for (const reader of readers.values()) await (await reader.catch(() => null))?.close();
  }
}
