import { z } from 'zod';
import { BUILT_IN_EVENT_TYPES } from '#features/event-types/catalogue.ts';
import { typescriptOf } from './schema-typescript.ts';

const HEAD = `// Written by \`npm run packages\` from src/features/event-types/catalogue.ts.

/** The data of each built-in event type. Fields may be added to any of them later. */
export interface EventDataByType {
`;

/** packages/verify/src/event-types.ts: what the data of every built-in event type is. */
export function eventTypesModule(): string {
  const members = BUILT_IN_EVENT_TYPES.map(({ name, description, schema }) => {
    const data = typescriptOf(z.toJSONSchema(schema, { io: 'output' }));
    return `  /** ${description} */\n  '${name}': ${data};\n`;
  });
  return `${HEAD}${members.join('')}}\n`;
}
