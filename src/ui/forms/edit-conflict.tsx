'use client';

import { Button, Group, Text } from '@mantine/core';
import type { MouseEvent } from 'react';
import { Notice } from '#ui/page/notice.tsx';
import classes from './edit-conflict.module.css';

/** What fields are called, by name. */
type Labels = Readonly<Record<string, string>>;

type Choice = {
  clashes: readonly string[];
  theirs: (name: string) => unknown;
  mine: (name: string) => unknown;
  keepMine: (name: string) => void;
  takeTheirs: (name: string) => void;
};

type Props = {
  edit: Choice;
  labels: Labels;
  /** How a value is shown, where its text is not enough. */
  show?: (name: string, value: unknown, whose: 'mine' | 'theirs') => string | undefined;
};

/** What two people changed at the same time: both values of each field, and the choice between them. */
export function EditConflict({ edit, labels, show }: Props) {
  if (edit.clashes.length === 0) return null;
  const choose = (take: (name: string) => void, name: string) => (event: MouseEvent<HTMLButtonElement>) => {
    // The button is about to go; what comes next is to save.
    if (edit.clashes.length === 1)
      event.currentTarget.form?.querySelector<HTMLButtonElement>('button[type=submit]')?.focus();
    take(name);
  };
  return (
    <Notice tone="failure" title="Somebody else changed this meanwhile, so nothing was saved">
      <Text>Choose what to keep, then save again. What others changed in other fields is kept.</Text>
      {edit.clashes.map((name) => (
        <section key={name} className={classes.field} aria-label={labels[name] ?? name}>
          <strong>{labels[name] ?? name}</strong>
          <dl className={classes.values}>
            <div>
              <dt>Yours</dt>
              <dd>{show?.(name, edit.mine(name), 'mine') ?? textOf(edit.mine(name))}</dd>
            </div>
            <div>
              <dt>Theirs</dt>
              <dd>{show?.(name, edit.theirs(name), 'theirs') ?? textOf(edit.theirs(name))}</dd>
            </div>
          </dl>
          <Group gap="xs">
            <Button variant="default" size="xs" onClick={choose(edit.keepMine, name)}>
              Keep mine
            </Button>
            <Button variant="default" size="xs" onClick={choose(edit.takeTheirs, name)}>
              Take theirs
            </Button>
          </Group>
        </section>
      ))}
    </Notice>
  );
}

function textOf(value: unknown): string {
  if (value === '' || value === null || value === undefined) return '(empty)';
  if (typeof value === 'boolean') return value ? 'On' : 'Off';
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value.join(', ') || '(empty)';
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}

/** Beside a form's buttons: that what it shows is no longer all true, and a way to see what is. */
export function EditOutdated({ edit }: { edit: { isOutdated: boolean; catchUp: () => void } }) {
  if (!edit.isOutdated) return null;
  return (
    <Group gap="xs" role="status">
      <Text c="dimmed">Somebody else has changed this since you opened it.</Text>
      <Button variant="subtle" size="compact-sm" onClick={edit.catchUp}>
        Show the changes
      </Button>
    </Group>
  );
}

/** What to say of a change that was saved beside the changes of others. */
export const savedSentence = (saved: string, others: readonly string[], labels: Labels): string =>
  others.length === 0
    ? saved
    : `${saved} Also kept, as somebody else changed it meanwhile: ${others.map((name) => labels[name] ?? name).join(', ')}.`;
