import { Fragment } from 'react';

/** A name like `recipe.run.succeeded`, which breaks after its dots, and inside a part only where one fills the line. */
export function DottedName({ name }: { name: string }) {
  const [first, ...rest] = name.split('.');
  return (
    <span style={{ overflowWrap: 'anywhere' }}>
      {first}
      {rest.map((part, index) => (
        <Fragment key={index}>
          .<wbr />
          {part}
        </Fragment>
      ))}
    </span>
  );
}
