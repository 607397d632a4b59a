'use client';

import { Skeleton, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { TRPCClientError } from '@trpc/client';
import { api, type Outputs } from '#client/console-api.ts';
import { failureMessage } from '#ui/page/failure-message.ts';
import { count, counted } from '#ui/values/counted.ts';
import classes from './noise.module.css';
import { type RuleValues, ruleParts } from './noise-rule-values.ts';

const TYPING_MS = 400;

type Props = { values: RuleValues; insteadOf: string | undefined };
type Preview = Outputs['csp']['noiseRules']['preview'];

/** What a rule would have hidden in the last seven days, updated as it is edited. */
export function NoisePreview({ values, insteadOf }: Props) {
  const { client } = api.useUtils();
  const parts = ruleParts(values);
  const [draft] = useDebouncedValue(JSON.stringify(parts), TYPING_MS);
  const isEmpty = Object.values(parts).every((entries) => entries.length === 0);
  const preview = useQuery({
    queryKey: ['noise-preview', insteadOf, draft],
    queryFn: ({ signal }) =>
      client.csp.noiseRules.preview.mutate({ ...JSON.parse(draft), instead_of: insteadOf }, { signal }),
    enabled: !isEmpty,
    placeholderData: keepPreviousData,
    retry: false,
  });
  return (
    <div className={classes.preview} role="status" aria-live="polite" aria-label="Preview">
      {isEmpty && <Text c="dimmed">A preview of what the rule would have hidden in the last 7 days appears here.</Text>}
      {!isEmpty && preview.isPending && <Skeleton height={14} mt={4} width="70%" />}
      {!isEmpty && preview.isError && <Text c="dimmed">{messageOf(preview.error)}</Text>}
      {!isEmpty && preview.data && !preview.isError && <Found preview={preview.data} />}
    </div>
  );
}

/** Often a host that is still being typed. */
const messageOf = (error: Error) =>
  (error instanceof TRPCClientError && error.data?.issues?.[0]?.message) || failureMessage(error);

function Found({ preview: { groups, reports, items } }: { preview: Preview }) {
  if (groups === 0) return <Text>Wouldn’t have hidden anything in the last 7 days that isn’t already noise.</Text>;
  return (
    <>
      <Text>
        Would have hidden <strong>{counted(groups, 'group')}</strong> with {counted(reports, 'report')} in the last 7
        days:
      </Text>
      <ul className={classes.found}>
        {items.map((group) => (
          <li key={group.id}>
            <span>{group.title}</span>
            <span>{count(group.count)}</span>
          </li>
        ))}
      </ul>
      {groups > items.length && <Text c="dimmed">and {counted(groups - items.length, 'group')} more</Text>}
    </>
  );
}
