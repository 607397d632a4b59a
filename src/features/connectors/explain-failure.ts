import type { ConnectorType, SendError } from './connector-type.ts';

/** A failure with what its provider's code means, and what to do about it, where the type knows. */
export const explainFailure = (type: ConnectorType | undefined, error: SendError): SendError =>
  error.provider_code === undefined ? error : { ...error, ...type?.explainFailure?.(error.provider_code) };
