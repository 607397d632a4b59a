'use client';

import { CloseButton, TextInput } from '@mantine/core';
import { useDebouncedCallback, useHotkeys } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import classes from './toolbar.module.css';

const TYPING_MS = 250;

type Props = { label: string; value: string; onSearch: (text: string) => void };

/** Searches a list while one types; `/` reaches it from anywhere on the page. */
export function SearchInput({ label, value, onSearch }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(value);
  const search = useDebouncedCallback(onSearch, TYPING_MS);
  useHotkeys([['/', () => input.current?.focus()]]);
  // What somebody else changed ("Clear filters") shows here; what is being typed is not disturbed.
  useEffect(() => {
    setText((typed) => (typed.trim() === value ? typed : value));
  }, [value]);

  const change = (next: string) => {
    setText(next);
    search(next.trim());
  };

  return (
    <TextInput
      ref={input}
      className={classes.search ?? ''}
      type="search"
      aria-label={label}
      placeholder={label}
      value={text}
      onChange={(event) => change(event.currentTarget.value)}
      leftSection={<IconSearch size={16} />}
      rightSection={text ? <CloseButton size="sm" aria-label="Clear search" onClick={() => change('')} /> : null}
    />
  );
}
