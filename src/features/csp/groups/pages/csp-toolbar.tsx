'use client';

import { useDisclosure } from '@mantine/hooks';
import { knownDirectives } from '#core/csp/report/directives.ts';
import { chosenTimes, DEFAULT_RANGE, RANGE_OPTIONS, rangeName } from '#features/csp/timeline/pages/time-range.ts';
import { FilterSelect } from '#ui/lists/filter-select.tsx';
import { SearchInput } from '#ui/lists/search-input.tsx';
import { Toolbar } from '#ui/lists/toolbar.tsx';
import { useUrlQuery } from '#ui/lists/use-url-query.ts';
import { DISPOSITIONS } from './csp-filters.ts';
import { FilterChips } from './filter-chips.tsx';
import { MoreFilters } from './more-filters.tsx';

const CUSTOM = 'custom';
const DEFAULT_LABEL = RANGE_OPTIONS.find(({ value }) => value === DEFAULT_RANGE)?.label ?? '';
const TIMES = [
  ...RANGE_OPTIONS.filter(({ value }) => value !== DEFAULT_RANGE),
  { value: CUSTOM, label: 'From … to …' },
];

/** Everything that a page of CSP reports can be narrowed by; it lives in the page's address. */
export function CspToolbar({ searchLabel }: { searchLabel: string }) {
  const { params, set } = useUrlQuery();
  const [opened, more] = useDisclosure(false);
  const query = new URLSearchParams(params);
  const directive = params.get('directive');
  const directives =
    directive && !knownDirectives.includes(directive) ? [directive, ...knownDirectives] : knownDirectives;
  const range = rangeName(query);

  const chooseTime = (chosen: string | null) =>
    chosen === CUSTOM ? more.open() : set({ range: chosen, since: null, until: null });

  return (
    <>
      <Toolbar>
        <SearchInput label={searchLabel} value={params.get('q') ?? ''} onSearch={(q) => set({ q })} />
        <FilterSelect
          label="Time"
          all={DEFAULT_LABEL}
          options={TIMES}
          value={chosenTimes(query) ? CUSTOM : range === DEFAULT_RANGE ? null : range}
          onChange={chooseTime}
        />
        <FilterSelect
          label="Disposition"
          all="Any disposition"
          options={[...DISPOSITIONS]}
          value={params.get('disposition')}
          onChange={(disposition) => set({ disposition })}
        />
        <FilterSelect
          label="Directive"
          all="Any directive"
          options={directives.map((name) => ({ value: name, label: name }))}
          value={directive}
          onChange={(name) => set({ directive: name })}
        />
        <MoreFilters opened={opened} onOpen={more.open} onClose={more.close} />
      </Toolbar>
      <FilterChips />
    </>
  );
}
