/** A directive: its name in lower case, and its values as they were written. */
export type Directive = { name: string; values: readonly string[] };

/** A directive that browsers ignore, and why. */
export type IgnoredDirective = Directive & { reason: 'duplicate' | 'not-ascii' };

/** One policy: its directives in order, with unique names. */
export type Policy = { directives: readonly Directive[]; ignored: readonly IgnoredDirective[] };

/** The log keeps at most this many characters of a policy. */
export const MOST_POLICY = 8_192;

/** CSP Level 3 recognizes only ASCII white space. */
const SPACES = /[\t\n\f\r ]+/;
const NOT_ASCII = /[^\0-\x7f]/;

/**
 * Reads one policy as CSP Level 3 §2.2.1, “Parse a serialized CSP”, does: the first of several directives with the same
 * name counts, and directives with non-ASCII characters are ignored. Unknown names and values are kept. Never throws.
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
 * Reads the value of a header, in which commas separate policies (CSP Level 3 §2.2.2, “Parse a response’s Content
 * Security Policies”). Empty policies are left out.
 */
export const parsePolicies = (text: string): Policy[] =>
  text
    .split(',')
    .map(parsePolicy)
    .filter(({ directives, ignored }) => directives.length + ignored.length > 0);

/** Writes a policy as a header contains it (CSP Level 3 §2.2, `serialized-policy`), without what browsers ignore. */
export const serializePolicy = ({ directives }: Pick<Policy, 'directives'>): string =>
  directives.map(serializeDirective).join('; ');

export const serializePolicies = (policies: readonly Pick<Policy, 'directives'>[]): string =>
  policies.map(serializePolicy).join(', ');

export const serializeDirective = ({ name, values }: Directive): string => [name, ...values].join(' ');

export const directiveOf = ({ directives }: Pick<Policy, 'directives'>, name: string): Directive | null =>
  directives.find((directive) => directive.name === name) ?? null;

/** Sets a directive of the policy: replaces the existing one, or adds it at the end. */
export function withDirective<P extends Pick<Policy, 'directives'>>(policy: P, directive: Directive): P {
  const known = directiveOf(policy, directive.name) !== null;
  const directives = known
    ? policy.directives.map((one) => (one.name === directive.name ? directive : one))
    : [...policy.directives, directive];
  return { ...policy, directives };
}

/** Removes the directive with this name from the policy. */
export const withoutDirective = <P extends Pick<Policy, 'directives'>>(policy: P, name: string): P => ({
  ...policy,
  directives: policy.directives.filter((directive) => directive.name !== name),
});
