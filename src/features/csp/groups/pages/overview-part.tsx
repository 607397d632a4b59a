import { type ReactNode, useId } from 'react';
import classes from './overview.module.css';

type Props = { title: string; aside?: ReactNode; children: ReactNode };

/** A part of the overview over its whole width: its name at the left, what belongs to it at the right. */
export function OverviewPart({ title, aside, children }: Props) {
  const id = useId();
  return (
    <section className={classes.part} aria-labelledby={id}>
      <div className={classes.head}>
        <h2 className={classes.title} id={id}>
          {title}
        </h2>
        {aside && <div className={classes.aside}>{aside}</div>}
      </div>
      {children}
    </section>
  );
}
