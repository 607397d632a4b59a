import type { Outputs } from '#client/console-api.ts';

export type NoiseRule = Outputs['csp']['noiseRules']['list']['items'][number];

type Rule = Pick<
  Outputs['csp']['noiseRules']['list']['items'][number],
  'name' | 'reason' | 'hosts' | 'schemes' | 'samples'
>;

/** The values of the rule form. Lists have one entry per line. */
export type RuleValues = Record<keyof Rule, string>;

export const EMPTY_RULE: RuleValues = { name: '', reason: '', hosts: '', schemes: '', samples: '' };

export const ruleValues = ({ name, reason, hosts, schemes, samples }: Rule): RuleValues => ({
  name,
  reason,
  hosts: hosts.join('\n'),
  schemes: schemes.join('\n'),
  samples: samples.join('\n'),
});

/**
 * Hosts and schemes can be separated by spaces, commas, or lines. Code can contain spaces and commas, so only lines
 * separate it.
 */
export const ruleParts = ({ hosts, schemes, samples }: Pick<RuleValues, 'hosts' | 'schemes' | 'samples'>) => ({
  hosts: entriesOf(hosts, /[\s,;]+/),
  schemes: entriesOf(schemes, /[\s,;]+/),
  samples: entriesOf(samples, /\r?\n/),
});

const entriesOf = (text: string, between: RegExp): string[] =>
  text
    .split(between)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');

/** Errors that can be found without the server. */
export function ruleErrors(values: RuleValues): Partial<RuleValues> {
  const { hosts, schemes, samples } = ruleParts(values);
  return {
    ...(values.name.trim() ? {} : { name: 'Name is required.' }),
    ...(values.reason.trim() ? {} : { reason: 'Reason is required.' }),
    ...(hosts.length + schemes.length + samples.length > 0
      ? {}
      : { hosts: 'Add at least one host, scheme, or piece of code.' }),
  };
}
