'use client';

import { Drawer, Stack } from '@mantine/core';
import type { Outputs } from '#client/console-api.ts';
import { BodyViewer } from '#ui/values/body-viewer.tsx';
import { Facts } from '#ui/values/facts.tsx';
import { LongText } from '#ui/values/long-text.tsx';
import { RelativeTime } from '#ui/values/relative-time.tsx';
import { GroupState } from './group-state.tsx';

type Report = Outputs['csp']['violations']['items'][number];

/** One report in full, as text: what browsers and pages wrote is nobody's instruction to ours. */
export function ReportDrawer({ report, onClose }: { report: Report | undefined; onClose: () => void }) {
  return (
    <Drawer opened={report !== undefined} onClose={onClose} title="Report">
      {report && (
        <Stack gap="xl">
          <Facts
            items={[
              ['State', <GroupState key="state" disposition={report.disposition} />],
              ['When', <RelativeTime key="at" at={report.at} />],
              ['Browser', report.browser],
              ['Directive', report.directive || '–'],
              ['Blocked', <Text key="blocked" value={report.blocked} what="what was blocked" />],
              ['Page', <Text key="page" value={report.document} what="page" />],
              ['Source', <Text key="source" value={sourceOf(report)} what="source" />],
              ['Sample', <Text key="sample" value={report.sample} what="sample" />],
            ]}
          />
          <BodyViewer label="Record" body={report} />
        </Stack>
      )}
    </Drawer>
  );
}

const Text = ({ value, what }: { value: string | null; what: string }) =>
  value === null ? '–' : <LongText value={value} what={what} />;

const sourceOf = ({ source_file, line, column }: Report): string | null =>
  source_file && [source_file, line, column].filter((part) => part !== null).join(':');
