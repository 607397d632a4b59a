import { readdirSync, readFileSync } from 'node:fs';
import { posix, relative, resolve } from 'node:path';
import { parseAst } from 'vitest/node';

type Node = { type: string; [key: string]: unknown };

export type Import = {
  /** From the project's root (`src/core/text/cursor.ts`), or the name of a package. */
  target: string;
  /** Erased when the program runs. */
  typeOnly: boolean;
  /** The imported names; `*` for the whole module. */
  names: string[];
};

/** A module of ours, parsed. */
export type SourceModule = {
  /** From the project's root, with slashes. */
  path: string;
  imports: Import[];
  /** Every call, `new` and property by its written name: `Date.now()`, `new Date()`, `process.env`, `x.$transaction()`. */
  uses: string[];
  /** The strings and template texts. */
  texts: string[];
  /** Whether every statement passes on another module's exports. */
  isBarrel: boolean;
};

/** Parses one module. `code` may be TypeScript with JSX. */
export function parseModule(path: string, code: string): SourceModule {
  const program = parseAst(code, { lang: path.endsWith('.tsx') ? 'tsx' : 'ts' }) as unknown as Node & { body: Node[] };
  const imports: Import[] = [];
  const uses: string[] = [];
  const texts: string[] = [];
  visit(program, (node) => {
    const specifier = sourceOf(node);
    if (specifier !== undefined) {
      imports.push({ target: resolveImport(path, specifier), typeOnly: isTypeOnly(node), names: namesOf(node) });
    }
    if (node.type === 'CallExpression') uses.push(`${writtenName(node.callee)}()`);
    if (node.type === 'NewExpression')
      uses.push(`new ${writtenName(node.callee)}(${isEmpty(node.arguments) ? '' : '…'})`);
    if (node.type === 'MemberExpression') uses.push(writtenName(node));
    if (node.type === 'Literal' && typeof node.value === 'string') texts.push(node.value);
    if (node.type === 'TemplateElement') texts.push((node.value as { raw: string }).raw);
  });
  return { path, imports, uses, texts, isBarrel: isBarrel(program.body) };
}

/** Every module under `src`, or under another folder of the project, but for what is generated. */
export function readModules(projectDir: string, folder = 'src'): SourceModule[] {
  return readdirSync(resolve(projectDir, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /(?<!\.d)\.tsx?$/.test(entry.name))
    .map((entry) => resolve(entry.parentPath, entry.name))
    .map((file) => ({ file, path: relative(projectDir, file).replaceAll('\\', '/') }))
    .filter(({ path }) => !path.startsWith('src/platform/generated/'))
    .sort((a, b) => a.path.localeCompare(b.path))
    .map(({ file, path }) => parseModule(path, readFileSync(file, 'utf8')));
}

function visit(value: unknown, enter: (node: Node) => void): void {
  if (Array.isArray(value)) for (const item of value) visit(item, enter);
  if (!isNode(value)) return;
  enter(value);
  for (const child of Object.values(value)) if (typeof child === 'object') visit(child, enter);
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

const isEmpty = (value: unknown) => Array.isArray(value) && value.length === 0;

const IMPORTING = /^(Import(Declaration|Expression)|TSImportType|Export(All|Named)Declaration)$/;

function sourceOf(node: Node): string | undefined {
  if (!IMPORTING.test(node.type) || !isNode(node.source)) return undefined;
  return typeof node.source.value === 'string' ? node.source.value : undefined;
}

function isTypeOnly(node: Node): boolean {
  return node.type === 'TSImportType' || node.importKind === 'type' || node.exportKind === 'type';
}

function namesOf({ specifiers }: Node): string[] {
  if (!Array.isArray(specifiers)) return ['*'];
  return specifiers.filter(isNode).map(({ type, imported, local }) => {
    if (type === 'ImportNamespaceSpecifier') return '*';
    if (type === 'ImportDefaultSpecifier') return 'default';
    return writtenName(imported ?? local);
  });
}

/** `#core/x.ts` and relative paths as paths of ours; anything else is a package. */
function resolveImport(from: string, specifier: string): string {
  if (specifier.startsWith('#')) return `src/${specifier.slice(1)}`;
  return specifier.startsWith('.') ? posix.join(posix.dirname(from), specifier) : specifier;
}

/** `a.b.c` for names and `…` for anything else in front of a name. */
function writtenName(value: unknown): string {
  if (!isNode(value)) return '…';
  if (value.type === 'Identifier') return String(value.name);
  if (value.type === 'Literal') return String(value.value);
  if (value.type === 'ChainExpression' || value.type === 'TSNonNullExpression') return writtenName(value.expression);
  if (value.type === 'MemberExpression') return `${writtenName(value.object)}.${writtenName(value.property)}`;
  return '…';
}

function isBarrel(statements: Node[]): boolean {
  const meant = statements.filter(({ type }) => type !== 'ImportDeclaration');
  return meant.length > 0 && meant.every((statement) => sourceOf(statement) !== undefined);
}
