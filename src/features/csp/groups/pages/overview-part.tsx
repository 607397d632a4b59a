import { type ReactNode, useId } from 'react';
import classes from './overview.module.css';

type Props = { title: string; aside?: ReactNode; children: ReactNode };

/** A section across the whole width: its title on the left, its controls on the right. */
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
