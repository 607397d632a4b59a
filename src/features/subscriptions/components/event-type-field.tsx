'use client';

import { TagsInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { api } from '#client/console-api.ts';
import { matchesEventType } from '#core/event-pattern.ts';
import { BodyViewer } from '#ui/body-viewer.tsx';
import classes from './event-type-field.module.css';

const MOST_SHOWN = 6;

type Props = { value: string[]; onChange: (value: string[]) => void; error?: ReactNode };

/** Names and patterns of event types, chosen from the catalogue or typed, and what they bring, with examples. */
export function EventTypeField({ value, onChange, error }: Props) {
  const types = api.eventTypes.list.useQuery().data?.items ?? [];
  const families = [...new Set(types.map(({ name }) => `${name.split('.')[0]}.*`))];
  const taken = types.filter(({ name }) => value.some((one) => matchesEventType(one, name)));
  return (
    <div>
      <TagsInput
        label="Event types"
        description="Choose from the list, or type a pattern: recipe.* stands for everything that begins with recipe., * for everything."
        placeholder={value.length === 0 ? 'recipe.run.failed' : ''}
        data={[
          { group: 'Patterns', items: ['*', ...families] },
          { group: 'Events of the platform', items: types.filter((type) => type.built_in).map(({ name }) => name) },
          { group: 'Your own', items: types.filter((type) => !type.built_in).map(({ name }) => name) },
        ]}
        value={value}
        onChange={onChange}
        error={error}
        maxDropdownHeight={320}
        clearable
      />
      {taken.length > 0 && (
        <ul className={classes.list} aria-label="What it gets">
          {taken.slice(0, MOST_SHOWN).map(({ name, description, example }) => (
            <li key={name}>
              <details>
                <summary>
                  <code>{name}</code> {description}
                </summary>
                <BodyViewer label={`Example of ${name}`} body={example ?? {}} />
              </details>
            </li>
          ))}
          {taken.length > MOST_SHOWN && <li>and {taken.length - MOST_SHOWN} more</li>}
        </ul>
      )}
    </div>
  );
}
