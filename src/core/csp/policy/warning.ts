/** A problem in a policy: what is wrong (`words`), and how to fix it. */
export type PolicyWarning = {
  id: string;
  severity: 'high' | 'medium' | 'low';
  /** The affected directive; null for the policy as a whole. */
  directive: string | null;
  /** The affected value of the directive. */
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

/** The policy doesn't do its job. */
export const high: Warn = (...rest) => policyWarning('high', ...rest);
/** A gap, or a value that browsers don't read as meant. */
export const medium: Warn = (...rest) => policyWarning('medium', ...rest);
/** Worth improving. */
export const low: Warn = (...rest) => policyWarning('low', ...rest);
