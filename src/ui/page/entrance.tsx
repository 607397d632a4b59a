import type { ReactNode } from 'react';
import { Brand } from './brand.tsx';
import classes from './entrance.module.css';

type Props = { title: string; lead?: ReactNode; children?: ReactNode };

/** The frame of the pages before signing in, and of what is outside the console: one narrow column. */
export function Entrance({ title, lead, children }: Props) {
  return (
    <main className={classes.root}>
      <div className={classes.column}>
        <Brand />
        <h1 className={classes.title}>{title}</h1>
        {lead && <p className={classes.lead}>{lead}</p>}
        {children}
      </div>
    </main>
  );
}
