import { type CspLine, parseLine } from '#core/csp/report/line.ts';
import type { TailPosition } from '#core/lines/tail-position.ts';
import type { TailedPart } from '#core/lines/tail-queue.ts';
import { definePart } from '#platform/define-part.ts';
import { endPosition, type FileTail, type TailedLines, tailFiles } from '#platform/log-files/tail-files.ts';
import type { Platform } from '#platform/scope.ts';

const NAME = 'csp_report';

/** Somebody who hears of lines: of none before `position`, and of every one after it. */
export type LineListening = {
  position: TailPosition;
  /** What lies between a place and `position`. @returns null when it is more than `mostBytes`. */
  since(from: TailPosition, mostBytes: number): Promise<TailedPart<CspLine>[] | null>;
  leave(): void;
};

type Follower = { opening: Promise<FileTail>; users: number };

/** The one follower while anybody listens. */
const followingOf = definePart('follower of the CSP log', (): { follower: Follower | undefined } => ({
  follower: undefined,
}));

/**
 * Passes on every line that is written to the log stream from now on. The files are followed and read once for all
 * listeners in this process, and only while there is one.
 */
export async function followLines(
  platform: Platform,
  listener: (part: TailedPart<CspLine>) => void,
): Promise<LineListening> {
  const following = followingOf(platform);
  following.follower ??= { opening: open(platform), users: 0 };
  const { follower } = following;
  follower.users += 1;
  const giveUp = () => {
    follower.users -= 1;
    if (follower.users > 0) return;
    following.follower = undefined;
    follower.opening.then((tail) => tail.stop()).catch(() => {}); // the opener gets the error
  };
  try {
    const tail = await follower.opening;
    const { position, since, leave } = tail.listen((tailed) => listener(toPart(tailed)));
    return {
      position,
      since: async (from, mostBytes) => (await since(from, mostBytes))?.map(toPart) ?? null,
      leave() {
        leave();
        giveUp();
      },
    };
  } catch (error) {
    giveUp();
    throw error;
  }
}

const open = ({ config, log }: Platform): Promise<FileTail> =>
  tailFiles({
    dir: config.csp.logDir,
    name: NAME,
    onFailure: (error) => log.error({ err: error, dir: config.csp.logDir }, 'The CSP log cannot be followed'),
  });

/** Where the log stream ends now. Following it from here shows every later line. */
export const endOfStream = ({ config }: Platform): Promise<TailPosition> => endPosition(config.csp.logDir, NAME);

const parsed = new WeakMap<TailedLines, TailedPart<CspLine>>();

/** Lines as their readers know them, parsed once for all who listen. */
function toPart(tailed: TailedLines): TailedPart<CspLine> {
  const known = parsed.get(tailed);
  if (known) return known;
  const lines = tailed.lines.flatMap(({ text, end }) => {
    const line = parseLine(text, null);
    return line ? [{ line, end }] : [];
  });
  const part = { ...tailed, lines };
  parsed.set(tailed, part);
  return part;
}
