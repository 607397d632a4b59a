'use client';

import { Section } from '#ui/section.tsx';
import { CountTable } from './count-table.tsx';
import type { GroupData } from './group-header.tsx';

/** Where it happens: on which pages, from which lines of code, with which code. */
export function GroupPlaces({ group: { pages, sources, samples } }: { group: GroupData }) {
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
          none="Browsers did not tell where it came from."
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
