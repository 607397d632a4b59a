import type { OpenedPart } from '#core/api-key-scopes.ts';
import classes from './scope-parts.module.css';

/** What a scope opens, part by part, behind a line that unfolds. */
export function ScopeParts({ scope, opens }: { scope: string; opens: readonly OpenedPart[] }) {
  return (
    <details className={classes.root}>
      <summary className={classes.summary}>What {scope} opens</summary>
      <dl className={classes.parts}>
        {opens.map(({ part, allows }) => (
          <div key={part} className={classes.part}>
            <dt className={classes.name}>{part}</dt>
            <dd className={classes.allows}>{allows}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
