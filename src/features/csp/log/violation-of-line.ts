import type { z } from 'zod';
import { noiseToday } from '#core/csp/noise/own-noise.ts';
import type { CspLine } from '#core/csp/report/line.ts';
import { noiseReason } from '#features/csp/noise/noise-reason.ts';
import type { OwnNoiseRule } from '#features/csp/noise/own-noise-rules.ts';
import type { streamLineSchema, violationSchema } from '../schema.ts';

export type Violation = z.input<typeof violationSchema>;

/** What a line of a violation leaves the process as; null for lines of another kind. */
export function toViolation({ id, kind, time, msg, csp }: CspLine, rules: readonly OwnNoiseRule[]): Violation | null {
  if (kind !== 'violation' || csp === null) return null;
  const noise = noiseToday(csp, rules);
  return { ...csp, id, at: new Date(time), message: msg, noise, noise_reason: noiseReason(noise, rules) };
}

export function toStreamLine(line: CspLine, rules: readonly OwnNoiseRule[]): z.input<typeof streamLineSchema> {
  const { id, time, kind, msg, raw } = line;
  return { id, at: new Date(time), kind, message: msg, violation: toViolation(line, rules), raw };
}
