import { defineConfig } from '@playwright/test';
import { useScratch } from '../src/testing/scratch.ts';
import { chromiumOptions } from './chromium.ts';

useScratch();

export default defineConfig({
  testDir: '.',
  testMatch: '**/*.e2e.ts',
  outputDir: '../test-results',
  forbidOnly: Boolean(process.env.CI),
  workers: 2,
  // A machine with two cores can be slow for a while: a test that fails should fail of what it says.
  timeout: 120_000,
  expect: { timeout: 30_000 },
  reporter: 'list',
  use: {
    browserName: 'chromium',
    viewport: { width: 1280, height: 800 },
    locale: 'en-GB',
    timezoneId: 'UTC',
    // A film of every test takes a third of the time on two cores; the snapshots of a trace show the same.
    trace: { mode: 'retain-on-failure', screenshots: false },
    launchOptions: chromiumOptions(),
  },
});
