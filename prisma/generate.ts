import { spawnSync } from 'node:child_process';

// `prisma generate` needs no schema engine, but looks for one to download unless it is pointed at an existing file.
const { status } = spawnSync('prisma', ['generate', '--config', 'prisma/prisma.config.ts'], {
  stdio: ['ignore', 'ignore', 'inherit'],
  shell: process.platform === 'win32',
  env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, CHECKPOINT_DISABLE: '1' },
});
process.exit(status ?? 1);
