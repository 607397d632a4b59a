const HOUR_MS = 3_600_000;

const timeOf = (date: Date): string => date.toLocaleString('en', { dateStyle: 'medium', timeStyle: 'short' });

/**
 * What a rotation of the signing secret means for receivers, in sentences for the confirmation dialog.
 * @param overlapHours how long requests are still signed with the current secret; 0 for not at all
 * @param previousUntil until when requests are signed with the previous secret (RFC 3339); null if there is none
 */
export function whatStopsVerifying(overlapHours: number, previousUntil: string | null, now: Date): string[] {
  const isInOverlap = previousUntil !== null && new Date(previousUntil) > now;
  return [
    overlapHours > 0
      ? `A new secret is made and shown. The present one still signs too until ${timeOf(new Date(now.getTime() + overlapHours * HOUR_MS))}; from then on, receivers that still use it reject every delivery.`
      : 'A new secret is made and shown. The present one stops signing at once: receivers that use it reject every delivery until they have the new one.',
    ...(isInOverlap
      ? [
          `The previous secret would sign until ${timeOf(new Date(previousUntil))}. It stops now: receivers that still use it reject every delivery.`,
        ]
      : []),
  ];
}
