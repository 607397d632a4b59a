'use client';

import { Select } from '@mantine/core';
import classes from './toolbar.module.css';

type Props = {
  label: string;
  /** What is shown when nothing is filtered: "All types". */
  all: string;
  options: readonly { value: string; label: string }[];
  value: string | null;
  onChange: (value: string | null) => void;
};

const ALL = '';

/** One filter of a list; its first option filters nothing. */
export function FilterSelect({ label, all, options, value, onChange }: Props) {
  return (
    <Select
      aria-label={label}
      data={[{ value: ALL, label: all }, ...options]}
      value={value ?? ALL}
      onChange={(chosen) => onChange(chosen || null)}
      className={classes.filter ?? ''}
    />
  );
}
