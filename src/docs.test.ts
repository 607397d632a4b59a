import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');
const markdownIn = (folder: string) =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const withoutCode = (text: string) => text.replace(/^```.*?^```/gms, '').replace(/`[^`\n]*`/g, '');

const decisions = markdownIn('docs/decisions').sort();
const documents = [...markdownIn('.'), ...markdownIn('docs'), ...decisions];

/** A title as its file is named: lower case, words joined by hyphens. */
const fileNameOf = (title: string) =>
  `${title
    .toLowerCase()
    .replace(/[`'’]/g, '')
    .match(/[a-z0-9]+/g)
    ?.join('-')}.md`;

/** A heading as GitHub links to it. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');

describe('the decisions', () => {
  test('are numbered without holes', () => {
    expect(decisions.map((path) => Number(path.slice('docs/decisions/'.length).slice(0, 3)))).toEqual(
      decisions.map((_, index) => index + 1),
    );
  });

  test.each(decisions)('%s is named after its title, and has a context, a decision, and consequences', (path) => {
    const title = /^# (\d{3}: .+)$/m.exec(read(path))?.[1] ?? '';
    expect(path).toBe(`docs/decisions/${fileNameOf(title)}`);
    expect(read(path).match(/^## .+$/gm)).toEqual(['## Context', '## Decision', '## Consequences']);
  });

  test('that change an earlier one link to it at the top, and it links back', () => {
    const named = (path: string) =>
      [...(read(path).split('\n## ')[0] ?? '').matchAll(/\((\d{3}-[^)]+)\)/g)].map(([, name = '']) =>
        join('docs/decisions', name),
      );
    const links = decisions.flatMap((path) => named(path).map((other) => ({ path, other })));
    expect(links.length).toBeGreaterThan(0);
    for (const { path, other } of links) expect(named(other), `${other} links to ${path}`).toContain(path);
  });
});

test.each(documents)('every link in %s leads to a file, and to a heading in it', (path) => {
  const links = [...withoutCode(read(path)).matchAll(/\]\((?!\w+:)([^)#\s]*)(?:#([^)\s]+))?\)/g)];
  const broken = links.filter(([, file = '', anchor]) => {
    const target = file ? join(dirname(path), file) : path;
    if (!existsSync(join(ROOT, target))) return true;
    const headings = () => [...read(target).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));
    return anchor !== undefined && !headings().includes(anchor);
  });
  expect(broken.map(([link]) => link)).toEqual([]);
});
