'use client';

import { Drawer } from '@mantine/core';
import { useUrlQuery } from '#ui/use-url-query.ts';
import type { NoiseRule } from './noise-page.tsx';
import { NoiseRuleForm } from './noise-rule-form.tsx';
import { EMPTY_RULE } from './noise-rule-values.ts';

/** What of the page's address opens the form: `rule=new`, with what it is to begin with, or the id of the rule to change. */
const CLOSED = { rule: null, host: null, scheme: null, sample: null };
export const NEW_RULE = { ...CLOSED, rule: 'new' };

/** The form of the rule that the address names. */
export function NoiseRuleDrawer({ rules }: { rules: readonly NoiseRule[] }) {
  const { params, set } = useUrlQuery();
  const rule = rules.find(({ id, origin }) => id === params.get('rule') && origin === 'own');
  const isNew = params.get('rule') === NEW_RULE.rule;
  const begun = {
    ...EMPTY_RULE,
    hosts: params.get('host') ?? '',
    schemes: params.get('scheme') ?? '',
    samples: params.get('sample') ?? '',
  };
  const close = () => set(CLOSED);
  return (
    <Drawer opened={isNew || rule !== undefined} onClose={close} title={rule ? 'Change noise rule' : 'New noise rule'}>
      <NoiseRuleForm rule={rule} empty={begun} onDone={close} />
    </Drawer>
  );
}
