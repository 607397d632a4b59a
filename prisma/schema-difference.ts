import { NO_FILTERS, openSchemaEngine, readSchema } from './schema-engine.ts';
import { createSchemaEngineAdapter } from './schema-engine-adapter.ts';

/**
 * What separates a database from the Prisma schema files, as SQL; an empty text when nothing does. Never through a
 * shadow database: the engine would replay the migrations onto the real one.
 * @param direction `to-schema` changes the database into what the files say, `from-schema` the other way round.
 */
export async function schemaDifference(
  connectionString: string,
  direction: 'to-schema' | 'from-schema' = 'to-schema',
): Promise<string> {
  const adapter = createSchemaEngineAdapter(connectionString);
  try {
    const engine = await openSchemaEngine(adapter);
    const database = { tag: 'schemaDatasource', configDir: import.meta.dirname, ...readSchema() } as const;
    const files = { tag: 'schemaDatamodel', ...readSchema() } as const;
    const { stdout } = await engine.diff({
      ...(direction === 'to-schema' ? { from: database, to: files } : { from: files, to: database }),
      script: true,
      exitCode: null,
      filters: NO_FILTERS,
    });
    engine.free();
    const script = stdout ?? '';
    return /^\s*(--.*)?\s*$/.test(script) ? '' : script;
  } finally {
    await adapter.close();
  }
}
