import { listStreamFiles, type StreamFile, type StreamTime } from '#features/csp/live/stream-files.ts';

const ATTEMPTS = 4;

/**
 * Runs `work` on the files of a time range. If rotation has removed a file in the meantime, it runs again on the
 * remaining ones. If a line is too long for DuckDB, it runs once more with a larger limit.
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
