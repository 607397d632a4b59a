import type { ConnectorType, FailureWords, SendError } from './connector-type.ts';

type Type = Pick<ConnectorType, 'explainFailure' | 'explainStatus'>;

/** A provider's refusal with what it means and what to do: by its own code where the type knows it, otherwise by its status. */
export const explainFailure = (type: Type | undefined, error: SendError, status: number | null): SendError =>
  error.code === 'provider_error' ? { ...wordsOf(type, error, status), ...error } : error;

const wordsOf = (
  type: Type | undefined,
  { provider_code }: SendError,
  status: number | null,
): FailureWords | undefined =>
  (provider_code === undefined ? undefined : type?.explainFailure?.(provider_code)) ??
  (status === null ? undefined : type?.explainStatus?.(status));
