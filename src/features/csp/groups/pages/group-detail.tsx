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

/** One group of violations: what it means, what to do, and everything that browsers reported about it. */
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

/** For the address of a group that the log no longer has, or never had. */
function GroupGone() {
  return (
    <>
      <PageHeader
        title="Group not found"
        subtitle="Nothing of it was reported in the last 30 days, or the log has made room for newer reports."
      />
      <LinkButton href={paths.csp} variant="default">
        Go to CSP reports
      </LinkButton>
    </>
  );
}

const FORMS = { 'report-uri': 'report-uri (older)', 'report-to': 'report-to (Reporting API)' };

/** How often, since when, by which browsers. A bar narrows the list of reports below to its time. */
function GroupTimes({ group, timeline }: { group: GroupData; timeline: TimelineData }) {
  const { set } = useUrlQuery();
  return (
    <Section title="How often" description={`The bars are the last 7 days, ${stepWords(timeline.step_ms)} each.`}>
      <div className={classes.chart}>
        <TimelineBars timeline={timeline} height={120} onNarrow={({ since, until }) => set({ since, until })} />
      </div>
      <Facts
        items={[
          ['In 30 days', counted(group.count, 'report')],
          ['First seen', <RelativeTime key="first" at={group.first_seen} />],
          ['Last seen', <RelativeTime key="last" at={group.last_seen} />],
          ['Browsers', withCounts(group.browsers.map(({ browser, count: times }) => [browser, times]))],
          ['Arrived by', withCounts(group.forms.map(({ form, count: times }) => [FORMS[form], times]))],
        ]}
      />
    </Section>
  );
}

const withCounts = (parts: [name: string, times: number][]): string =>
  parts.map(([name, times]) => `${name}: ${count(times)}`).join(', ') || '–';

/** Where it happens: on which pages, from which lines of code, with which code. */
function GroupPlaces({ group: { pages, sources, samples } }: { group: GroupData }) {
  return (
    <>
      <Section title="Pages" description="With ids in their addresses taken together.">
        <CountTable
          label="Pages"
          what="page"
          none="The reports name no page."
          rows={pages.map(({ route, count, last_seen }) => ({ text: route, count, last_seen }))}
        />
      </Section>
      <Section title="Sources" description="The file, line and column that did it, where browsers tell.">
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
        <Section title="Samples" description="The first characters of the code, as browsers cut it.">
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

/** The group in plain words, with what the console and the administrators already know of it. */
function GroupExplanation({ group }: { group: GroupData }) {
  const { mayChange } = useSession();
  const { happened, behind, next } = explainViolation({
    ...group,
    dispositions: group.dispositions.map(({ disposition }) => disposition),
  });
  const part = noisePart(group);
  return (
    <Section
      title="In plain words"
      description={`${group.directive || 'The directive'} governs: ${directiveMeaning(group.directive).governs}.`}
    >
      <Stack gap="md">
        {group.noise && <Notice title="Known as noise">{group.noise_reason ?? `By the rule ${group.noise}.`}</Notice>}
        {group.mute && (
          <Notice title={`Muted by ${group.mute.by}`}>
            <RelativeTime at={group.mute.at} />
            {group.mute.note && `: ${group.mute.note}`}
          </Notice>
        )}
        <Words title="What happened">{happened}</Words>
        <Words title="Who is behind it">{behind}</Words>
        <Words title="What to do">{next}</Words>
        {mayChange && !group.noise && part && (
          <div>
            <Anchor component={IntentLink} href={paths.cspNewNoiseRule(part)}>
              Make a rule that calls this noise
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
