import { listStreamFiles, type StreamFile, type StreamTime } from '#features/csp/live/stream-files.ts';

const ATTEMPTS = 4;

/**
 * Works on the files of a time. When rotation has removed one meanwhile, it works again on those that are left; when a
 * line is too long for DuckDB, once more with the room that takes.
 */
export async function retryWithFiles<Answer>(
  dir: string,
  time: StreamTime,
  work: (files: StreamFile[], longLines: boolean) => Promise<Answer>,
): Promise<Answer> {
  let longLines = false;
  for (let attempt = 1; ; attempt += 1) {
    const files = await listStreamFiles(dir, time);
    try {
      return await work(files, longLines);
    } catch (error) {
      const why = error instanceof Error ? error.message : '';
      const isLong: boolean = !longLines && why.includes('"maximum_object_size"');
      if (attempt === ATTEMPTS || !(isLong || /No files found|Cannot open file|ENOENT/.test(why))) throw error;
      longLines ||= isLong;
    }
  }
}
