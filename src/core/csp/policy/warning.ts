/** Something about a policy that its author should know: what is wrong, and how to put it right. */
export type PolicyWarning = {
  id: string;
  severity: 'high' | 'medium' | 'low';
  /** The directive it is about; null for the policy as a whole. */
  directive: string | null;
  /** The word of the directive that it is about. */
  value: string | null;
  words: string;
  fix: string;
};

export const policyWarning = (
  severity: PolicyWarning['severity'],
  id: string,
  { directive = null, value = null }: Partial<Pick<PolicyWarning, 'directive' | 'value'>>,
  words: string,
  fix: string,
): PolicyWarning => ({ id, severity, directive, value, words, fix });

type Warn = (id: string, about: { directive: string; value?: string }, words: string, fix: string) => PolicyWarning;

/** The policy does not do what it is for. */
export const high: Warn = (...rest) => policyWarning('high', ...rest);
/** A gap, or a word that browsers do not take as meant. */
export const medium: Warn = (...rest) => policyWarning('medium', ...rest);
/** Worth a minute. */
export const low: Warn = (...rest) => policyWarning('low', ...rest);
