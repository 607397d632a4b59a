import classes from './stream-kind.module.css';
import { LINE_KINDS, OUTCOMES } from './stream-kinds.ts';
import type { StreamLine } from './tail-rows.ts';

type Props = {
  line: Pick<StreamLine, 'kind' | 'violation'>;
  /** Whether the word gives way where there is no room; screen readers have it all the same. */
  mayShrink?: boolean;
};

/** A line's kind as a sign and a word; of a violation, whether it was blocked. */
export function StreamKind({ line: { kind, violation }, mayShrink = false }: Props) {
  const { icon: Icon, tone, label } = (violation?.disposition && OUTCOMES[violation.disposition]) ?? LINE_KINDS[kind];
  return (
    <span className={classes.root} data-tone={tone}>
      <Icon size={15} className={classes.icon} aria-hidden />
      <span data-shrinks={mayShrink} className={classes.word}>
        {label}
      </span>
    </span>
  );
}
