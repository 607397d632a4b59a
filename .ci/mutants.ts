import { parseAst } from 'vitest/node';

/** One change of a source: `code` in place of what stands from `start` to `end`. */
export type Mutant = { start: number; end: number; code: string; line: number; what: string };

type Node = { type: string; start: number; end: number; [key: string]: unknown };

const OPERATORS = new Map(
  Object.entries({
    '===': '!==',
    '!==': '===',
    '<': '<=',
    '<=': '<',
    '>': '>=',
    '>=': '>',
    '+': '-',
    '-': '+',
    '*': '/',
    '/': '*',
    '&&': '||',
    '||': '&&',
    '??': '&&',
  }),
);
const METHODS = new Map([
  ['some', 'every'],
  ['every', 'some'],
  ['min', 'max'],
  ['max', 'min'],
]);
/** What only says something to people may say anything. */
const WORDS = /(^|\.)(log|console|span)\.\w+$/;

/**
 * The mutants of a module, in the order of its text: conditions that always or never hold, the neighbor of an operator, a
 * negation or a boolean turned around, a statement that is left out, and in SQL a condition that is left out.
 * @param code TypeScript, with JSX if the path says so.
 */
export function mutantsOf(path: string, code: string): Mutant[] {
  const mutants: Mutant[] = [];
  const add = (start: number, end: number, replacement: string) =>
    mutants.push({
      start,
      end,
      code: replacement,
      line: code.slice(0, start).split('\n').length,
      what: `${brief(code.slice(start, end))} → ${brief(replacement) || 'nothing'}`,
    });
  const text = ({ start, end }: Node) => code.slice(start, end);
  const conditionOf = (node: Node) => {
    const test = node.test as Node | null;
    if (!test) return;
    add(test.start, test.end, 'true');
    if (node.type !== 'WhileStatement') add(test.start, test.end, 'false');
  };
  const operatorOf = (node: Node) => {
    const [left, right] = [node.left as Node, node.right as Node];
    const other = OPERATORS.get(String(node.operator));
    const at = code.indexOf(String(node.operator), left.end);
    if (other && at >= left.end && at < right.start) add(at, at + String(node.operator).length, other);
  };
  visit(parseAst(code, { lang: path.endsWith('.tsx') ? 'tsx' : 'ts' }) as unknown as Node, (node) => {
    if (node.type === 'IfStatement' || node.type === 'ConditionalExpression') conditionOf(node);
    if (node.type === 'BinaryExpression' || node.type === 'LogicalExpression') operatorOf(node);
    if (node.type === 'UnaryExpression' && node.operator === '!') add(node.start, (node.argument as Node).start, '');
    if (node.type === 'Literal' && typeof node.value === 'boolean') add(node.start, node.end, String(!node.value));
    if (node.type === 'MemberExpression') {
      const property = node.property as Node;
      const other = METHODS.get(text(property));
      if (other) add(property.start, property.end, other);
    }
    if (
      node.type === 'ExpressionStatement' &&
      isCall(node.expression as Node) &&
      !isOfWords(node.expression as Node, text)
    )
      add(node.start, node.end, ';');
    if (node.type === 'TemplateElement') for (const [start, end] of conditionsOfSql(code, node)) add(start, end, '');
  });
  return mutants.toSorted((a, b) => a.start - b.start || a.end - b.end);
}

export const applied = (code: string, { start, end, code: replacement }: Mutant): string =>
  code.slice(0, start) + replacement + code.slice(end);

/** A random sample, in the order of the items. The same seed gives the same sample. */
export function sampleOf<Item>(items: readonly Item[], most: number, seed: number): Item[] {
  let state = seed;
  const random = () => {
    // mulberry32
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const drawn = items.map((_, index) => ({ index, chance: random() })).toSorted((a, b) => a.chance - b.chance);
  const chosen = new Set(drawn.slice(0, most).map(({ index }) => index));
  return items.filter((_, index) => chosen.has(index));
}

const brief = (text: string) => text.replace(/\s+/g, ' ').trim().slice(0, 70);

const bare = (node: Node): Node => (node.type === 'AwaitExpression' ? (node.argument as Node) : node);
const isCall = (node: Node): boolean => bare(node).type === 'CallExpression';
const isOfWords = (node: Node, text: (node: Node) => string): boolean => {
  const callee = bare(node).callee as Node | undefined;
  return callee !== undefined && WORDS.test(text(callee));
};

/** `and …` on a line of its own, with all its parentheses. */
function conditionsOfSql(code: string, { start, end }: Node): [number, number][] {
  return [...code.slice(start, end).matchAll(/^[ \t]*and .*$/gm)]
    .filter(([line]) => line.split('(').length === line.split(')').length)
    .map(({ 0: line, index }) => [start + index, start + index + line.length]);
}

/** Walks what runs: types are erased. */
function visit(node: Node, see: (node: Node) => void): void {
  if (node.type.startsWith('TS') && !/^TS(As|Satisfies|NonNull)/.test(node.type)) return;
  if (node.type === 'ImportDeclaration') return;
  see(node);
  for (const child of Object.values(node)) {
    for (const one of Array.isArray(child) ? child : [child]) if (isNode(one)) visit(one, see);
  }
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value;
