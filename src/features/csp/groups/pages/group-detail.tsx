'use client';

import { Anchor, Stack } from '@mantine/core';
import { keepPreviousData } from '@tanstack/react-query';
import { useSearchParams } from 'next/navigation';
import { api } from '#client/console-api.ts';
import { explainViolation } from '#core/csp/grouping/explanation.ts';
import { directiveMeaning } from '#core/csp/report/directives.ts';
import { noisePart } from '#features/csp/noise/pages/noise-part.ts';
import { TimelineBars } from '#features/csp/timeline/pages/timeline-bars.tsx';
import type { TimelineData } from '#features/csp/timeline/pages/timeline-data.ts';
import { stepWords } from '#features/csp/timeline/pages/timeline-words.ts';
import { useSession } from '#features/people/auth/pages/use-session.ts';
import { useUrlQuery } from '#ui/lists/use-url-query.ts';
import { IntentLink } from '#ui/page/intent-link.tsx';
import { LinkButton } from '#ui/page/link-button.tsx';
import { Notice } from '#ui/page/notice.tsx';
import { PageHeader } from '#ui/page/page-header.tsx';
import { paths } from '#ui/page/paths.ts';
import { QueryFailure } from '#ui/page/query-failure.tsx';
import { Section } from '#ui/page/section.tsx';
import { PageSkeleton } from '#ui/page/skeletons.tsx';
import { useNow } from '#ui/values/clock.tsx';
import { count, counted } from '#ui/values/counted.ts';
import { Facts } from '#ui/values/facts.tsx';
import { RelativeTime } from '#ui/values/relative-time.tsx';
import { CountTable } from './count-table.tsx';
import classes from './group-detail.module.css';
import { GroupHeader } from './group-header.tsx';
import type { GroupData } from './group-name.ts';
import { GroupPolicyChange } from './group-policy-change.tsx';
import { groupQuestions } from './group-questions.ts';
import { GroupReports } from './group-reports.tsx';

const WATCHING_MS = 30_000;

/** One group of violations: what it means, what to do about it, and everything that browsers reported about it. */
export function GroupDetail({ id }: { id: string }) {
  const questions = groupQuestions(id, new URLSearchParams(useSearchParams()), useNow());
  const watch = { placeholderData: keepPreviousData, refetchInterval: WATCHING_MS };
  const query = api.csp.group.useQuery(questions.group, watch);
  const timeline = api.csp.timeline.useQuery(questions.timeline, watch);
  const code = query.error?.data?.contract_code;

  if (code === 'NOT_FOUND' || code === 'VALIDATION') return <GroupGone />;
  const failed = [query, timeline].find(({ isLoadingError }) => isLoadingError);
  if (failed && !(query.data && timeline.data)) {
    return (
      <>
        <PageHeader title="Group of violations" back={{ href: paths.csp, label: 'CSP reports' }} />
        <QueryFailure query={failed} />
      </>
    );
  }
  if (!query.data || !timeline.data) return <PageSkeleton />;
  const group = query.data;
  return (
    <>
      <GroupHeader group={group} />
      <GroupExplanation group={group} />
      <GroupPolicyChange group={group} />
      <GroupTimes group={group} timeline={timeline.data} />
      <GroupPlaces group={group} />
      <GroupReports question={questions.reports} />
    </>
  );
}

/** Shown for a group that isn't in the log, or isn't anymore. */
function GroupGone() {
  return (
    <>
      <PageHeader
        title="Group not found"
        subtitle="It wasn’t reported in the last 30 days, or its reports were deleted to make space for newer ones."
      />
      <LinkButton href={paths.csp} variant="default">
        Go to CSP reports
      </LinkButton>
    </>
  );
}

const FORMS = { 'report-uri': 'report-uri (older)', 'report-to': 'report-to (Reporting API)' };

/** How often it happens, since when, and in which browsers. Clicking a bar filters the reports below. */
function GroupTimes({ group, timeline }: { group: GroupData; timeline: TimelineData }) {
  const { set } = useUrlQuery();
  return (
    <Section title="How often" description={`The last 7 days. Each bar is ${stepWords(timeline.step_ms)}.`}>
      <div className={classes.chart}>
        <TimelineBars timeline={timeline} height={120} onNarrow={({ since, until }) => set({ since, until })} />
      </div>
      <Facts
        items={[
          ['In 30 days', counted(group.count, 'report')],
          ['First seen', <RelativeTime key="first" at={group.first_seen} />],
          ['Last seen', <RelativeTime key="last" at={group.last_seen} />],
          ['Browsers', withCounts(group.browsers.map(({ browser, count: times }) => [browser, times]))],
          ['Reported with', withCounts(group.forms.map(({ form, count: times }) => [FORMS[form], times]))],
        ]}
      />
    </Section>
  );
}

const withCounts = (parts: [name: string, times: number][]): string =>
  parts.map(([name, times]) => `${name}: ${count(times)}`).join(', ') || '–';

/** Where it happens: the pages, the lines of code, and the code itself. */
function GroupPlaces({ group: { pages, sources, samples } }: { group: GroupData }) {
  return (
    <>
      <Section title="Pages" description="Pages whose URLs differ only in ids are counted together.">
        <CountTable
          label="Pages"
          what="page"
          none="The reports name no page."
          rows={pages.map(({ route, count, last_seen }) => ({ text: route, count, last_seen }))}
        />
      </Section>
      <Section title="Sources" description="The file, line, and column that caused it, if browsers report them.">
        <CountTable
          label="Sources"
          what="source"
          none="Browsers did not report where it came from."
          rows={sources.map(({ source_file, line, column, count }) => ({
            text: [source_file, line, column].filter((part) => part !== null).join(':'),
            count,
          }))}
        />
      </Section>
      {samples.length > 0 && (
        <Section title="Samples" description="The first characters of the code, as browsers report them.">
          <CountTable
            label="Samples"
            what="sample"
            none=""
            rows={samples.map(({ sample, count }) => ({ text: sample, count }))}
          />
        </Section>
      )}
    </>
  );
}

/** An explanation of the group, and whether it is known as noise or muted. */
function GroupExplanation({ group }: { group: GroupData }) {
  const { mayChange } = useSession();
  const { happened, behind, next } = explainViolation({
    ...group,
    dispositions: group.dispositions.map(({ disposition }) => disposition),
  });
  const part = noisePart(group);
  return (
    <Section
      title="Explanation"
      description={`${group.directive || 'The directive'} applies to: ${directiveMeaning(group.directive).governs}.`}
    >
      <Stack gap="md">
        {group.noise && (
          <Notice title="Known as noise">{group.noise_reason ?? `Matched by the rule ${group.noise}.`}</Notice>
        )}
        {group.mute && (
          <Notice title={`Muted by ${group.mute.by}`}>
            <RelativeTime at={group.mute.at} />
            {group.mute.note && `: ${group.mute.note}`}
          </Notice>
        )}
        <Words title="What happened">{happened}</Words>
        <Words title="Likely cause">{behind}</Words>
        <Words title="What to do">{next}</Words>
        {mayChange && !group.noise && part && (
          <div>
            <Anchor component={IntentLink} href={paths.cspNewNoiseRule(part)}>
              Create a noise rule for this
            </Anchor>
          </div>
        )}
      </Stack>
    </Section>
  );
}

function Words({ title, children }: { title: string; children: string }) {
  return (
    <div>
      <h3 className={classes.title}>{title}</h3>
      <p className={classes.words}>{children}</p>
    </div>
  );
}
