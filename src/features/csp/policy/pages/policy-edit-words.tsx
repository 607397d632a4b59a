import type { PolicyAlternative } from '#core/csp/policy/change.ts';
import classes from './policy-text.module.css';

/** What a change adds to a directive and takes from it: `img-src + https://a.example`. */
export function PolicyEditWords({ edit: { directive, add, remove } }: { edit: PolicyAlternative }) {
  return (
    <span className={classes.edit}>
      <code>{directive}</code>
      {remove.map((value) => (
        <del key={value} className={classes.removed}>
          {value}
        </del>
      ))}
      {add.map((value) => (
        <ins key={value} className={classes.added}>
          {value}
        </ins>
      ))}
    </span>
  );
}
