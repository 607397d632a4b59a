'use client';

import { Button } from '@mantine/core';
import { api, type Outputs } from '#client/console-api.ts';
import { useSession } from '#features/auth/components/use-session.ts';
import { QueryFailure } from '#ui/query-failure.tsx';
import { ListSkeleton } from '#ui/skeletons.tsx';
import { useUrlQuery } from '#ui/use-url-query.ts';
import { MuteList } from './mute-list.tsx';
import { NoiseBuiltInRules } from './noise-built-in-rules.tsx';
import { NoiseOwnRules } from './noise-own-rules.tsx';
import { NEW_RULE, NoiseRuleDrawer } from './noise-rule-drawer.tsx';
import { OverviewPart } from './overview-part.tsx';

export type NoiseRule = Outputs['csp']['noiseRules']['list']['items'][number];

/** What is hidden as noise and why: rules of one's own, muted groups, and the rules that come with the console. */
export function NoisePage() {
  const { mayChange } = useSession();
  const { set } = useUrlQuery();
  const rules = api.csp.noiseRules.list.useQuery();
  const mutes = api.csp.mutes.useQuery();
  const counted = api.csp.noiseRules.hits.useQuery();
  const failed = [rules, mutes].find(({ isLoadingError }) => isLoadingError);
  if (failed) return <QueryFailure query={failed} />;
  if (!rules.data || !mutes.data) return <ListSkeleton />;
  const hits = counted.data && new Map(counted.data.items.map(({ id, count }) => [id, count]));
  const { items } = rules.data;
  return (
    <>
      <OverviewPart title="Your own rules" aside={mayChange && <Button onClick={() => set(NEW_RULE)}>New rule</Button>}>
        <NoiseOwnRules rules={items.filter(({ origin }) => origin === 'own')} hits={hits} />
      </OverviewPart>
      <OverviewPart title="Muted groups">
        <MuteList mutes={mutes.data.items} />
      </OverviewPart>
      <OverviewPart title="Built-in rules">
        <NoiseBuiltInRules rules={items.filter(({ origin }) => origin === 'built_in')} hits={hits} />
      </OverviewPart>
      {mayChange && <NoiseRuleDrawer rules={items} />}
    </>
  );
}
