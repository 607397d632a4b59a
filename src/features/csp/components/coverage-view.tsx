'use client';

import { IconBrowserOff } from '@tabler/icons-react';
import { keepPreviousData } from '@tanstack/react-query';
import { api } from '#client/console-api.ts';
import { useNow } from '#ui/clock.tsx';
import { EmptyState } from '#ui/empty-state.tsx';
import { FilterSelect } from '#ui/filter-select.tsx';
import { LinkButton } from '#ui/link-button.tsx';
import { paths } from '#ui/paths.ts';
import { QueryFailure } from '#ui/query-failure.tsx';
import { Section } from '#ui/section.tsx';
import { ListSkeleton } from '#ui/skeletons.tsx';
import { Toolbar } from '#ui/toolbar.tsx';
import { useUrlQuery } from '#ui/use-url-query.ts';
import { CoverageFactList } from './coverage-fact-list.tsx';
import { CoverageLosses } from './coverage-losses.tsx';
import { CoverageMatrix } from './coverage-matrix.tsx';
import { CoverageOthers } from './coverage-others.tsx';
import { COVERAGE_RANGE, coverageQuestion } from './coverage-question.ts';
import { coverageRows } from './coverage-rows.ts';
import { RANGE_OPTIONS, rangeName } from './time-range.ts';

const usual = RANGE_OPTIONS.find(({ value }) => value === COVERAGE_RANGE);

/** What the log can tell, and what it cannot: which browsers report and how, and what is known never to arrive. */
export function CoverageView() {
  const { params, set } = useUrlQuery();
  const query = new URLSearchParams(params);
  const coverage = api.csp.coverage.useQuery(coverageQuestion(query, useNow()), { placeholderData: keepPreviousData });
  const rows = coverage.data && coverageRows(coverage.data.items);
  return (
    <>
      <Toolbar>
        <FilterSelect
          label="Time"
          all={usual?.label ?? ''}
          options={RANGE_OPTIONS.filter((option) => option !== usual)}
          value={query.has('range') && rangeName(query) !== COVERAGE_RANGE ? rangeName(query) : null}
          onChange={(range) => set({ range })}
        />
      </Toolbar>
      {coverage.isError && <QueryFailure query={coverage} />}
      <Section
        title="Browsers"
        description="Who reported violations, by the old way and the new one. Noise is left out, as are self-tests."
      >
        {coverage.isPending && <ListSkeleton rows={4} />}
        {rows?.length === 0 && <NoBrowsers />}
        {rows && rows.length > 0 && <CoverageMatrix rows={rows} settling={coverage.isPlaceholderData} />}
      </Section>
      <Section
        title="Other reports"
        description="Of the Reporting API: browsers send them where a page names an endpoint."
      >
        {coverage.isPending ? (
          <ListSkeleton rows={1} />
        ) : (
          coverage.data && <CoverageOthers others={coverage.data.others} />
        )}
      </Section>
      <Section
        title="Not logged one by one"
        description="What reached this console, but did not become a line of its own."
      >
        {coverage.isPending ? <ListSkeleton rows={3} /> : coverage.data && <CoverageLosses coverage={coverage.data} />}
      </Section>
      <Section
        title="Never to arrive"
        description="What browsers do not report, so that its absence says nothing. Each was looked up or tried."
      >
        <CoverageFactList />
      </Section>
    </>
  );
}

function NoBrowsers() {
  return (
    <EmptyState
      icon={<IconBrowserOff size={22} />}
      title="No browser reported in this time"
      action={
        <LinkButton href={paths.cspSetUp} variant="default">
          Set up and test
        </LinkButton>
      }
    >
      As soon as a visitor’s browser reports a violation, it is listed here with its versions and the way it reports.
    </EmptyState>
  );
}
