import { arrivalOfKey, keyOfId } from '#core/csp-line.ts';
import type { StreamLine } from './tail-rows.ts';

/** When a line came, in ms since 1970: what it tells of may have happened before. */
export function arrivalOf({ id, at }: Pick<StreamLine, 'id' | 'at'>): number {
  const key = keyOfId(id);
  return key === null ? Date.parse(at) : Math.floor(arrivalOfKey(key));
}
