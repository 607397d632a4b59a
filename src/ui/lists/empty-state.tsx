import type { ReactNode } from 'react';
import classes from './empty-state.module.css';

type Props = { icon: ReactNode; title: string; children: ReactNode; action?: ReactNode };

/** What a list shows when it is empty: what would be here, and how to fill it. */
export function EmptyState({ icon, title, children, action }: Props) {
  return (
    <div className={classes.root}>
      <span className={classes.icon} aria-hidden>
        {icon}
      </span>
      <h2 className={classes.title}>{title}</h2>
      <p className={classes.text}>{children}</p>
      {action}
    </div>
  );
}
