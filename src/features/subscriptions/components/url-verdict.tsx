'use client';

import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { api } from '#client/console-api.ts';
import { StateLabel } from '#ui/state-label.tsx';
import classes from './url-verdict.module.css';

const TYPING_MS = 400;

/** What the outbound rules say of an address while it is typed: each address of its name, and the rule that decides. */
export function UrlVerdict({ url }: { url: string }) {
  const [settled] = useDebouncedValue(url.trim(), TYPING_MS);
  const check = api.webhooks.checkUrl.useMutation();
  const isAddress = /^https?:\/\/[^/\s]+/.test(settled);
  const query = useQuery({
    queryKey: ['url-verdict', settled],
    queryFn: () => check.mutateAsync({ target_url: settled }),
    enabled: isAddress,
    staleTime: 30_000,
    retry: false,
  });
  const verdict = query.data;
  return (
    <div className={classes.root} role="status">
      {isAddress && verdict && (
        <>
          <StateLabel tone={verdict.allowed ? 'success' : 'failure'}>
            {verdict.allowed ? 'This address may be reached' : (verdict.message ?? 'This address may not be reached')}
          </StateLabel>
          <ul className={classes.addresses}>
            {verdict.addresses.map(({ address, rule }) => (
              <li key={address}>
                <code>{address}</code> {rule}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
