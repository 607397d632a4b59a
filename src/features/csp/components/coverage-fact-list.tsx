import { COVERAGE_FACTS } from '#core/csp-coverage-facts.ts';
import classes from './coverage-fact-list.module.css';

/** What no browser will ever tell, why, and what can be done about it. */
export function CoverageFactList() {
  return (
    <ul className={classes.list}>
      {COVERAGE_FACTS.map(({ id, what, why, remedy, source }) => (
        <li key={id}>
          <h3 className={classes.what}>{what}</h3>
          <p>{why}</p>
          {remedy && <p className={classes.remedy}>{remedy}</p>}
          <p className={classes.source}>{source}</p>
        </li>
      ))}
    </ul>
  );
}
