'use client';

import { Anchor, Textarea, type TextareaProps } from '@mantine/core';
import { indentJson } from '#ui/values/indent-json.ts';
import classes from './json-field.module.css';

const LEAST_ROWS = 4;
const MOST_ROWS = 16;

type Props = Omit<TextareaProps, 'value' | 'onChange'> & { value: string; onChange: (value: string) => void };

/** JSON to write by hand: monospace, with a button that indents it. */
export function JsonField({ value, onChange, ...input }: Props) {
  const formatted = indentJson(value);
  return (
    <div className={classes.root}>
      <Textarea
        {...input}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        // Lines that do not wrap can be counted: it has its size before any script runs, and nothing below it moves.
        rows={Math.min(MOST_ROWS, Math.max(LEAST_ROWS, value.split('\n').length))}
        wrap="off"
        resize="vertical"
        spellCheck={false}
        classNames={{ input: classes.input ?? '' }}
      />
      <Anchor
        component="button"
        type="button"
        className={classes.format}
        disabled={formatted === null}
        onClick={() => formatted !== null && onChange(formatted)}
      >
        Format
      </Anchor>
    </div>
  );
}
