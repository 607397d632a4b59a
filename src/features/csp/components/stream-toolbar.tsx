'use client';

import { knownDirectives } from '#core/csp-directives.ts';
import { FilterSelect } from '#ui/filter-select.tsx';
import { SearchInput } from '#ui/search-input.tsx';
import { Toolbar } from '#ui/toolbar.tsx';
import { useUrlQuery } from '#ui/use-url-query.ts';
import { FilterChips } from './filter-chips.tsx';
import { STREAM_KINDS, STREAM_NOISE } from './stream-filters.ts';

const DIRECTIVES = knownDirectives.map((name) => ({ value: name, label: name }));

/** What the stream is narrowed by, also while it runs; it lives in the page's address. */
export function StreamToolbar() {
  const { params, set } = useUrlQuery();
  const directive = params.get('directive');
  const isUnknown = directive !== null && !knownDirectives.includes(directive);
  return (
    <>
      <Toolbar>
        <SearchInput label="Search the stream" value={params.get('q') ?? ''} onSearch={(q) => set({ q })} />
        <FilterSelect
          label="Kind"
          all="All lines"
          options={STREAM_KINDS}
          value={params.get('kind')}
          onChange={(kind) => set({ kind })}
        />
        <FilterSelect
          label="Directive"
          all="Any directive"
          options={isUnknown ? [{ value: directive, label: directive }, ...DIRECTIVES] : DIRECTIVES}
          value={directive}
          onChange={(name) => set({ directive: name })}
        />
        <FilterSelect
          label="Noise"
          all="With noise"
          options={STREAM_NOISE}
          value={params.get('noise')}
          onChange={(noise) => set({ noise })}
        />
      </Toolbar>
      <FilterChips />
    </>
  );
}
