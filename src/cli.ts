import '#platform/postgres/before-postgres.ts';

import { parseCommandLine } from '#commands/parse-command-line.ts';
import { loadConfig } from '#platform/config.ts';
import { readEnvFile } from '#platform/env-file.ts';
import { createLog } from '#platform/log-files/log.ts';
import { openStorage } from '#platform/open-storage.ts';
import type { Platform } from '#platform/scope.ts';

/** Beside a running console, or on the data alone while none runs. A signal ends it in order too. */
async function withPlatform(work: (platform: Platform) => Promise<string>): Promise<string> {
  const ends: (() => Promise<unknown>)[] = [];
  const endAll = async () => {
    for (const end of ends.toReversed()) await end();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.once(signal, () => void endAll().finally(() => process.exit(130)));
  try {
    readEnvFile();
    const onEnd = (_: string, __: number, end: () => Promise<unknown>) => void ends.push(end);
    const { platform } = await openStorage(loadConfig(), createLog('warn', 'stderr'), 'command', onEnd);
    return await work(platform);
  } finally {
    await endAll();
  }
}

try {
  const parsed = parseCommandLine(process.argv.slice(2));
  console.log('usage' in parsed ? parsed.usage : await withPlatform(parsed.work));
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
