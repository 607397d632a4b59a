import type { PolicyAlternative } from '#core/csp/policy/change.ts';
import { type DirectiveDiff, diffPolicies } from '#core/csp/policy/diff.ts';
import type { Risk } from '#core/csp/policy/risk.ts';
import { ScrollRegion } from '#ui/page/scroll-region.tsx';
import { StateLabel, type Tone } from '#ui/page/state-label.tsx';
import classes from './policy-text.module.css';

/** What a change adds to and removes from a directive, such as `img-src + https://a.example`. */
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

const LABELS: Record<Risk['level'], [Tone, string]> = {
  low: ['success', 'Low risk'],
  medium: ['warning', 'Medium risk'],
  high: ['failure', 'High risk'],
};

/** The risk of a change. */
export function PolicyRiskLabel({ level }: { level: Risk['level'] }) {
  const [tone, label] = LABELS[level];
  return <StateLabel tone={tone}>{label}</StateLabel>;
}

/**
 * The difference between two policies, one directive per line. Added text is underlined, removed text is struck out.
 */
export function PolicyDiffView({ before, after, label }: { before: string; after: string; label: string }) {
  const policies = diffPolicies(before, after);
  return (
    <ScrollRegion className={classes.lines} label={label}>
      {policies.map((directives, index) => (
        // policies have no key but their position
        <ul key={index} className={classes.policy}>
          {directives.map((directive) => (
            <DirectiveLine key={directive.name} directive={directive} />
          ))}
        </ul>
      ))}
    </ScrollRegion>
  );
}

const SIGNS = { same: ' ', added: '+', removed: '−', changed: '~' } as const;

function DirectiveLine({ directive: { name, state, words } }: { directive: DirectiveDiff }) {
  return (
    <li className={classes.line} data-state={state}>
      <span className={classes.sign} aria-hidden>
        {SIGNS[state]}
      </span>
      <code className={classes.words}>
        <Word text={name} state={state === 'changed' ? 'same' : state} />
        {words.map(({ text, state: wordState }, index) => (
          // a value can occur twice
          <Word key={`${text} ${index}`} text={text} state={wordState} />
        ))}
      </code>
    </li>
  );
}

function Word({ text, state }: { text: string; state: 'same' | 'added' | 'removed' }) {
  if (state === 'added') return <ins className={classes.added}>{text}</ins>;
  if (state === 'removed') return <del className={classes.removed}>{text}</del>;
  return <span>{text}</span>;
}
