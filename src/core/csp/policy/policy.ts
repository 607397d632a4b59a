/** A directive's name in lower case, and the words of its value as they were written. */
export type Directive = { name: string; values: readonly string[] };

/** What a browser leaves out of a policy, and why. */
export type IgnoredDirective = Directive & { reason: 'duplicate' | 'not-ascii' };

/** One policy: its directives in their order, each name once. */
export type Policy = { directives: readonly Directive[]; ignored: readonly IgnoredDirective[] };

/** So many characters of a policy are kept in the log. */
export const MOST_POLICY = 8_192;

/** CSP Level 3 takes ASCII white space alone. */
const SPACES = /[\t\n\f\r ]+/;
const NOT_ASCII = /[^\0-\x7f]/;

/**
 * Reads one policy as CSP Level 3 §2.2.1, “Parse a serialized CSP”, does: of directives with one name the first
 * counts, and what is not ASCII is skipped. Names and values that nobody knows are kept. Never throws.
 */
export function parsePolicy(text: string): Policy {
  const directives: Directive[] = [];
  const ignored: IgnoredDirective[] = [];
  const names = new Set<string>();
  for (const token of text.split(';')) {
    const [first, ...values] = token.split(SPACES).filter((word) => word !== '');
    if (first === undefined) continue;
    const directive = { name: first.toLowerCase(), values };
    if (NOT_ASCII.test(token)) ignored.push({ ...directive, reason: 'not-ascii' });
    else if (names.has(directive.name)) ignored.push({ ...directive, reason: 'duplicate' });
    else directives.push(directive);
    names.add(directive.name);
  }
  return { directives, ignored };
}

/**
 * Reads the value of a header, in which a comma ends a policy (CSP Level 3 §2.2.2, “Parse a response’s Content
 * Security Policies”). A policy without directives is none.
 */
export const parsePolicies = (text: string): Policy[] =>
  text
    .split(',')
    .map(parsePolicy)
    .filter(({ directives, ignored }) => directives.length + ignored.length > 0);

/** A policy as a header has it (CSP Level 3 §2.2, `serialized-policy`), without what browsers ignore. */
export const serializePolicy = ({ directives }: Pick<Policy, 'directives'>): string =>
  directives.map(serializeDirective).join('; ');

export const serializePolicies = (policies: readonly Pick<Policy, 'directives'>[]): string =>
  policies.map(serializePolicy).join(', ');

export const serializeDirective = ({ name, values }: Directive): string => [name, ...values].join(' ');

export const directiveOf = ({ directives }: Pick<Policy, 'directives'>, name: string): Directive | null =>
  directives.find((directive) => directive.name === name) ?? null;

/** The policy with one directive set: in its place when it has one, else at the end. */
export function withDirective<P extends Pick<Policy, 'directives'>>(policy: P, directive: Directive): P {
  const known = directiveOf(policy, directive.name) !== null;
  const directives = known
    ? policy.directives.map((one) => (one.name === directive.name ? directive : one))
    : [...policy.directives, directive];
  return { ...policy, directives };
}

/** The policy without the directive of a name. */
export const withoutDirective = <P extends Pick<Policy, 'directives'>>(policy: P, name: string): P => ({
  ...policy,
  directives: policy.directives.filter((directive) => directive.name !== name),
});
