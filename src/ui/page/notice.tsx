import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './notice.module.css';

type Props = { tone?: 'info' | 'failure'; title?: string; children: ReactNode; action?: ReactNode };

/** A sentence that belongs to this place: a failure is announced at once, an info is just there. */
export function Notice({ tone = 'info', title, children, action }: Props) {
  const Icon = tone === 'failure' ? IconAlertTriangle : IconInfoCircle;
  return (
    <div className={classes.root} data-tone={tone} role={tone === 'failure' ? 'alert' : undefined}>
      <Icon size={18} className={classes.icon} aria-hidden />
      <div className={classes.words}>
        {title && <strong className={classes.title}>{title}</strong>}
        <div>{children}</div>
      </div>
      {action}
    </div>
  );
}
