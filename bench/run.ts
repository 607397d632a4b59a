import { readdirSync } from 'node:fs';

/** `npm run bench [NAME…]`: runs the benchmarks of this folder one after the other, or those that are named. */
const named = process.argv.slice(2);
const all = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts') && file !== 'run.ts')
  .map((file) => file.replace(/\.ts$/, ''))
  .sort();
const unknown = named.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(', ')}: there are ${all.join(', ')}.`);
  process.exit(1);
}
for (const name of named.length > 0 ? named : all) await import(`./${name}.ts`);
