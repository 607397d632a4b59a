'use client';

import { Anchor, Select, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { policyChangeFor } from '#core/csp/policy/change.ts';
import { withViolated } from '#core/csp/policy/replay.ts';
import { PolicyAlternativeView } from '#features/csp/policy/pages/policy-alternative.tsx';
import { IntentLink } from '#ui/page/intent-link.tsx';
import { paths } from '#ui/page/paths.ts';
import { Section } from '#ui/page/section.tsx';
import { counted } from '#ui/values/counted.ts';
import type { GroupData } from './group-name.ts';

/** The policy change that would allow this, and its risk. */
export function GroupPolicyChange({ group }: { group: GroupData }) {
  const policies = group.policies.filter(({ text }) => text !== null);
  const [chosen, setChosen] = useState<string | null>(null);
  const policy = policies.find(({ policy_hash }) => policy_hash === chosen) ?? policies[0];
  return (
    <Section
      title="How to allow it"
      description={
        <>
          <div>The smallest change to the policy that these pages had.</div>
          <Anchor component={IntentLink} href={paths.cspPolicy}>
            Open the policy workbench
          </Anchor>
        </>
      }
    >
      {policies.length > 1 && (
        <Select
          label="Policy"
          maw={320}
          mb="lg"
          data={policies.map(({ policy_hash, count }) => ({
            value: policy_hash,
            label: `${policy_hash} (${counted(count, 'report')})`,
          }))}
          value={policy?.policy_hash ?? null}
          onChange={setChosen}
        />
      )}
      {policy?.text ? (
        <Change group={group} policy={policy.text} />
      ) : (
        <Text c="dimmed">The policy of these pages is unknown, because the reports didn’t include it.</Text>
      )}
    </Section>
  );
}

function Change({ group, policy }: { group: GroupData; policy: string }) {
  const violations = withViolated([group], group.policies);
  const { advice, alternatives, ...change } = policyChangeFor(violations[0] ?? group, policy);
  if (advice === 'change') {
    return (
      <Stack gap="lg">
        <PolicyAlternativeView alternative={change} before={policy} isOpen />
        {alternatives.map((alternative) => (
          <PolicyAlternativeView key={alternative.policy} alternative={alternative} before={policy} />
        ))}
      </Stack>
    );
  }
  return (
    <Stack gap="lg">
      <Text maw="68ch">{change.risk.words}</Text>
      {alternatives.length > 0 && <Text c="dimmed">The policy can also allow it:</Text>}
      {alternatives.map((alternative) => (
        <PolicyAlternativeView key={alternative.policy} alternative={alternative} before={policy} />
      ))}
    </Stack>
  );
}
