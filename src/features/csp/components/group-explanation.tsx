'use client';

import { Anchor, Stack } from '@mantine/core';
import Link from 'next/link';
import { directiveMeaning } from '#core/csp-directives.ts';
import { explainViolation } from '#core/csp-explanation.ts';
import { useSession } from '#features/auth/components/use-session.ts';
import { Notice } from '#ui/notice.tsx';
import { paths } from '#ui/paths.ts';
import { RelativeTime } from '#ui/relative-time.tsx';
import { Section } from '#ui/section.tsx';
import classes from './group-explanation.module.css';
import type { GroupData } from './group-header.tsx';
import { noisePart } from './noise-part.ts';

/** The group in plain words, with what the console and the administrators already know of it. */
export function GroupExplanation({ group }: { group: GroupData }) {
  const { mayChange } = useSession();
  const { happened, behind, next } = explainViolation({
    ...group,
    dispositions: group.dispositions.map(({ disposition }) => disposition),
  });
  const part = noisePart(group);
  return (
    <Section
      title="In plain words"
      description={`${group.directive || 'The directive'} governs: ${directiveMeaning(group.directive).governs}.`}
    >
      <Stack gap="md">
        {group.noise && <Notice title="Known as noise">{group.noise_reason ?? `By the rule ${group.noise}.`}</Notice>}
        {group.mute && (
          <Notice title={`Muted by ${group.mute.by}`}>
            <RelativeTime at={group.mute.at} />
            {group.mute.note && `: ${group.mute.note}`}
          </Notice>
        )}
        <Words title="What happened">{happened}</Words>
        <Words title="Who is behind it">{behind}</Words>
        <Words title="What to do">{next}</Words>
        {mayChange && !group.noise && part && (
          <div>
            <Anchor component={Link} href={paths.cspNewNoiseRule(part)}>
              Make a rule that calls this noise
            </Anchor>
          </div>
        )}
      </Stack>
    </Section>
  );
}

function Words({ title, children }: { title: string; children: string }) {
  return (
    <div>
      <h3 className={classes.title}>{title}</h3>
      <p className={classes.words}>{children}</p>
    </div>
  );
}
