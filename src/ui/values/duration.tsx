import { duration, exactDuration } from './elapsed.ts';

/** How long something took, as people read it, and to the millisecond on hover. */
export const Duration = ({ ms }: { ms: number | null }) => <span title={exactDuration(ms)}>{duration(ms)}</span>;
