import { readFileSync, writeFileSync } from 'node:fs';
import { apiKeysDocument } from './api-keys-document.ts';
import { openApiDocument } from './openapi.ts';
import { incompatibilities } from './openapi-compatibility.ts';

const PATH = 'docs/openapi.json';

writeFileSync('docs/api-keys.md', apiKeysDocument());

/** `npm run openapi`: writes the document, unless that takes something from programs that rely on the one that is there. */
const document = openApiDocument();
const taken = incompatibilities(JSON.parse(readFileSync(PATH, 'utf8')), JSON.parse(JSON.stringify(document)));
if (taken.length > 0 && !process.argv.includes('--incompatible')) {
  console.error(`This would break programs that use the API:\n  ${taken.join('\n  ')}`);
  console.error('Change it compatibly, or write it anyway with: npm run openapi -- --incompatible');
  process.exitCode = 1;
} else writeFileSync(PATH, `${JSON.stringify(document, null, 2)}\n`);
