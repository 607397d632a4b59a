import { defineConfig } from 'vitest/config';
import { useScratch } from './src/testing/scratch.ts';
import { testFilesByKind } from './src/testing/test-projects.ts';

useScratch();
const files = testFilesByKind(import.meta.dirname);
/** Of a path with brackets, as folders of pages have, a pattern that means it. */
const literal = (path: string) => path.replace(/[()[\]{}!*?+@]/g, '\\$&');

export default defineConfig({
  test: {
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: { name: 'code', include: files.code.map(literal), pool: 'threads', isolate: false },
      },
      {
        extends: true,
        test: {
          name: 'database',
          include: files.database.map(literal),
          pool: 'forks',
          isolate: false,
          globalSetup: 'src/testing/test-server.ts',
        },
      },
      {
        extends: true,
        test: {
          name: 'processes',
          include: files.processes.map(literal),
          pool: 'forks',
          // They wait for programs, leases, and networks more than they compute, after all others.
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
          globalSetup: 'src/testing/test-server.ts',
        },
      },
    ],
  },
});
