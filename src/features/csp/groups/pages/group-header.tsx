'use client';

import { useSession } from '#features/people/auth/pages/use-session.ts';
import { PageHeader } from '#ui/page/page-header.tsx';
import { paths } from '#ui/page/paths.ts';
import { Copyable } from '#ui/values/copyable.tsx';
import classes from './group-header.module.css';
import { GroupMarks } from './group-marks.tsx';
import { type GroupData, groupName } from './group-name.ts';
import { GroupStates } from './group-state.tsx';
import { MuteButton } from './mute-button.tsx';

/** What was blocked, by which directive, and the button that makes it quiet. */
export function GroupHeader({ group }: { group: GroupData }) {
  const { mayChange } = useSession();
  return (
    <PageHeader
      title={groupName(group)}
      back={{ href: paths.csp, label: 'CSP reports' }}
      subtitle={
        <span className={classes.facts}>
          <GroupStates dispositions={group.dispositions} />
          <span>{group.directive || 'directive not named'}</span>
          <Copyable value={group.id} what="group id" />
          <span className={classes.marks}>
            <GroupMarks group={group} />
          </span>
        </span>
      }
      actions={mayChange && <MuteButton group={group} />}
    />
  );
}
