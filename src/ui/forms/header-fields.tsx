import classes from './header-fields.module.css';

/** HTTP header fields, folded away until somebody wants them. */
export function HeaderFields({
  label,
  fields,
}: {
  label: string;
  fields: readonly (readonly [name: string, value: string])[];
}) {
  if (fields.length === 0) return null;
  return (
    <details className={classes.root}>
      <summary>
        {label} ({fields.length})
      </summary>
      <dl className={classes.list}>
        {fields.map(([name, value], position) => (
          // a header may come twice, and the list never changes
          <div key={position}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
