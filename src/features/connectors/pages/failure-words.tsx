import classes from './failure-words.module.css';

type Props = {
  error: {
    message: string;
    provider_code?: number | undefined;
    explanation?: string | undefined;
    next_step?: string | undefined;
  };
};

/** Why something failed: in plain words with the next step where we know them, and as the other side says it. */
export function FailureWords({ error: { message, provider_code, explanation, next_step } }: Props) {
  const code = provider_code === undefined ? '' : ` (provider code ${provider_code})`;
  if (!explanation) return <>{`${message}${code}`}</>;
  return (
    <>
      <strong className={classes.explanation}>{explanation}</strong>
      <p className={classes.line}>{next_step}</p>
      <p className={classes.original}>{`The provider says: ${message}${code}`}</p>
    </>
  );
}
