'use client';

import { Button, Drawer, Table, Text } from '@mantine/core';
import { api } from '#client/console-api.ts';
import { MuteList } from '#features/csp/groups/pages/mute-list.tsx';
import { OverviewPart } from '#features/csp/groups/pages/overview-part.tsx';
import { useSession } from '#features/people/auth/pages/use-session.ts';
import { useUrlQuery } from '#ui/lists/use-url-query.ts';
import { QueryFailure } from '#ui/page/query-failure.tsx';
import { ListSkeleton } from '#ui/page/skeletons.tsx';
import classes from './noise.module.css';
import { NoiseOwnRules } from './noise-own-rules.tsx';
import { NoiseHits, NoiseParts } from './noise-parts.tsx';
import { NoiseRuleForm } from './noise-rule-form.tsx';
import { EMPTY_RULE, type NoiseRule } from './noise-rule-values.ts';

/** What is hidden as noise, and why: custom rules, muted groups, and built-in rules. */
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

/** The query parameters that open the form: `rule=new` with initial values, or the id of the rule to edit. */
const CLOSED = { rule: null, host: null, scheme: null, sample: null };
const NEW_RULE = { ...CLOSED, rule: 'new' };

/** The form of the rule in the URL. */
function NoiseRuleDrawer({ rules }: { rules: readonly NoiseRule[] }) {
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
    <Drawer opened={isNew || rule !== undefined} onClose={close} title={rule ? 'Edit noise rule' : 'New noise rule'}>
      <NoiseRuleForm rule={rule} empty={begun} onDone={close} />
    </Drawer>
  );
}

type Props = { rules: readonly NoiseRule[]; hits: ReadonlyMap<string, number> | undefined };

/** One row per built-in rule: why it is noise, the source for that, and when it may not be noise. */
function NoiseBuiltInRules({ rules, hits }: Props) {
  return (
    <Table aria-label="Built-in rules" className={classes.table ?? ''}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Rule</Table.Th>
          <Table.Th visibleFrom="md" w="32%">
            Source{' '}
          </Table.Th>
          <Table.Th ta="right">Reports in 7 days</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rules.map((rule) => (
          <Table.Tr key={rule.id}>
            <Table.Td className={classes.name ?? ''}>
              <strong>{rule.name}</strong>
              <Text>{rule.reason}</Text>
              {rule.legitimate && <p className={classes.hint}>May be legitimate: {rule.legitimate}</p>}
              <NoiseParts rule={rule} />
            </Table.Td>
            <Table.Td visibleFrom="md" className={classes.words ?? ''}>
              <Text c="dimmed">{rule.source}</Text>
            </Table.Td>
            <Table.Td ta="right">
              <NoiseHits hits={hits} id={rule.id} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
