import { Fragment } from 'react';

/** A name like `recipe.run.succeeded`, which may break after its dots and nowhere else. */
export function DottedName({ name }: { name: string }) {
  const [first, ...rest] = name.split('.');
  return (
    <>
      {first}
      {rest.map((part, index) => (
        <Fragment key={index}>
          .<wbr />
          {part}
        </Fragment>
      ))}
    </>
  );
}
