'use client';

import { TRPCClientError, type TRPCLink } from '@trpc/client';
import { observable } from '@trpc/server/observable';
import { useSyncExternalStore } from 'react';
import type { AppRouter } from '#api/router.ts';

type Waiting = { answer: Promise<boolean>; settle: (isConfirmed: boolean) => void };

/** The dialog that is open, if one is: calls that are refused at the same time share it. */
let waiting: Waiting | null = null;
const listeners = new Set<() => void>();

function change(next: Waiting | null): void {
  waiting = next;
  for (const listener of listeners) listener();
}

function askPerson(): Promise<boolean> {
  if (waiting) return waiting.answer;
  let settle: (isConfirmed: boolean) => void = () => undefined;
  const answer = new Promise<boolean>((resolve) => {
    settle = (isConfirmed) => {
      change(null);
      resolve(isConfirmed);
    };
  });
  change({ answer, settle });
  return answer;
}

/** What a page shows while a call waits for the person to confirm their identity. Null if none does. */
export const useIdentityConfirmation = (): Pick<Waiting, 'settle'> | null =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => waiting,
    () => null,
  );

const CANCELED = 'Nothing was changed, because you did not confirm your identity.';

/** Asks the person to prove who they are when a change takes a fresh session, and then makes the change. */
export const confirmsIdentity: TRPCLink<AppRouter> =
  () =>
  ({ op, next }) =>
    observable((observer) => {
      let ended = false;
      let current: { unsubscribe: () => void } = { unsubscribe: () => undefined };
      const call = (mayAsk: boolean) => {
        current = next(op).subscribe({
          next: (value) => observer.next(value),
          complete: () => observer.complete(),
          error(error) {
            if (!mayAsk || error.data?.reason !== 'session_not_fresh') return observer.error(error);
            void askFor(error);
          },
        });
      };
      const askFor = async (error: TRPCClientError<AppRouter>) => {
        const isConfirmed = await askPerson();
        if (ended) return;
        if (isConfirmed) call(false);
        else observer.error(canceled(error));
      };
      call(op.type === 'mutation');
      return () => {
        ended = true;
        current.unsubscribe();
      };
    });

const canceled = ({ shape }: TRPCClientError<AppRouter>) =>
  new TRPCClientError<AppRouter>(CANCELED, shape ? { result: { error: { ...shape, message: CANCELED } } } : {});
