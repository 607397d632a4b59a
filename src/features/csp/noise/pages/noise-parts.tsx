import { Anchor, Skeleton, Text } from '@mantine/core';
import { useState } from 'react';
import type { Outputs } from '#client/console-api.ts';
import { count } from '#ui/values/counted.ts';
import classes from './noise.module.css';

type Rule = Outputs['csp']['noiseRules']['list']['items'][number];

const MOST = 6;

/** What a rule matches: hosts, schemes, pieces of code, and browsers. Shows the first few, and the others on demand. */
export function NoiseParts({ rule: { name, hosts, schemes, samples, browsers } }: { rule: Rule }) {
  const [all, setAll] = useState(false);
  const parts = [
    ...hosts,
    ...schemes.map((scheme) => `${scheme}:`),
    ...samples.map((code) => `“${code}”`),
    ...browsers,
  ];
  const hidden = parts.length - MOST;
  return (
    <>
      <ul className={classes.parts} aria-label={`Of ${name}`}>
        {parts.slice(0, all ? parts.length : MOST).map((part) => (
          <li key={part}>{part}</li>
        ))}
      </ul>
      {hidden > 0 && !all && (
        <Anchor component="button" type="button" onClick={() => setAll(true)} aria-label={`${hidden} more of ${name}`}>
          {hidden} more
        </Anchor>
      )}
    </>
  );
}

type Props = { hits: ReadonlyMap<string, number> | undefined; id: string };

/** How many recent reports a rule matched. Shows a skeleton while they are being counted. */
export function NoiseHits({ hits, id }: Props) {
  if (!hits) return <Skeleton height={14} width={32} ml="auto" mt={3} />;
  const number = hits.get(id) ?? 0;
  return number > 0 ? count(number) : <Text c="dimmed">0</Text>;
}
