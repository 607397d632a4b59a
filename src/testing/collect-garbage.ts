import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');

/** Collects the garbage of the whole heap: what is measured afterward is what is held. */
export const collectGarbage: () => void = runInNewContext('gc');
