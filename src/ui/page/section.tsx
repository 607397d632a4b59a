import { type ReactNode, useId } from 'react';
import classes from './section.module.css';

type Props = { title: string; description?: ReactNode; children: ReactNode };

/** A part of a page: its name and reason at the left, its content at the right, a hairline above. */
export function Section({ title, description, children }: Props) {
  const id = useId();
  return (
    <section className={classes.root} aria-labelledby={id}>
      <div>
        <h2 className={classes.title} id={id}>
          {title}
        </h2>
        {description && <div className={classes.description}>{description}</div>}
      </div>
      <div className={classes.content}>{children}</div>
    </section>
  );
}
