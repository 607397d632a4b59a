import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import {
  __wbg_set_wasm,
  SchemaEngine,
  type SchemaFilter,
  type SchemasContainer,
} from '@prisma/schema-engine-wasm/schema_engine_bg';
import type { SchemaEngineAdapter } from './schema-engine-adapter.ts';

const SCHEMA_DIR = join(import.meta.dirname, 'schema');
export const NO_FILTERS: SchemaFilter = { externalTables: [], externalEnums: [] };

/**
 * The package imports its `.wasm` file as a module, which Node calls experimental; this reads it as a file instead.
 * Its timers are let go: the one on its own lock would keep a finished process for ten seconds.
 */
async function loadEngine(): Promise<void> {
  const bindings = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg');
  const binary = readFileSync(join(dirname(bindings), 'schema_engine_bg.wasm'));
  const imported = await import('@prisma/schema-engine-wasm/schema_engine_bg');
  const timers = Object.keys(imported)
    .filter((name) => name.startsWith('__wbg_setTimeout_'))
    .map((name) => [name, (callback: () => void, delayMs: number) => setTimeout(callback, delayMs >>> 0).unref()]);
  const { instance } = await WebAssembly.instantiate(binary, {
    './schema_engine_bg.js': { ...imported, ...Object.fromEntries(timers) },
  });
  __wbg_set_wasm(instance.exports);
  const start = instance.exports.__wbindgen_start;
  if (typeof start === 'function') start();
}

let engineLoaded: Promise<void> | undefined;

/** A schema engine on the adapter's database. Free it after use. */
export async function openSchemaEngine(adapter: SchemaEngineAdapter): Promise<SchemaEngine> {
  engineLoaded ??= loadEngine();
  await engineLoaded;
  const datamodels = readSchema().files.map(({ path, content }): [string, string] => [path, content]);
  return SchemaEngine.new({ datamodels }, () => {}, bindMigrationAwareSqlAdapterFactory(adapter));
}

/** The Prisma schema files. */
export function readSchema(): SchemasContainer {
  const files = readdirSync(SCHEMA_DIR)
    .filter((name) => name.endsWith('.prisma'))
    .toSorted();
  return {
    files: files.map((name) => ({
      path: join(SCHEMA_DIR, name),
      content: readFileSync(join(SCHEMA_DIR, name), 'utf8'),
    })),
  };
}
