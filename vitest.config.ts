import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{src,prisma,.ci}/**/*.test.{ts,tsx}'],
    globalSetup: 'src/testing/test-server.ts',
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
