import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { eventTypesModule } from './event-typescript.ts';

/** `npm run packages`: writes the modules of the packages that follow from our schemas, and formats them. */
const modules = { 'packages/verify/src/event-types.ts': eventTypesModule() };

for (const [path, text] of Object.entries(modules)) writeFileSync(path, text);
execFileSync('npx', ['biome', 'format', '--write', ...Object.keys(modules)], { stdio: 'inherit' });
