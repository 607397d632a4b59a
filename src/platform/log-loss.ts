type Loss = { reason: string; words: (dir: string) => string; remedy: string };

const FULL: Loss = {
  reason: 'disk_full',
  words: (dir) => `the disk of ${dir} is full`,
  remedy: 'Free space on it, or lower CSP_LOG_MAX_BYTES',
};
const READ_ONLY: Loss = {
  reason: 'read_only',
  words: (dir) => `the file system of ${dir} is read-only`,
  remedy: 'Mount it writable, or set CSP_LOG_DIR to another folder',
};
const FORBIDDEN: Loss = {
  reason: 'no_permission',
  words: (dir) => `the console may not write to ${dir}`,
  remedy: 'Give the folder to the user that the console runs as, or set CSP_LOG_DIR to another one',
};
const MISSING: Loss = {
  reason: 'no_folder',
  words: (dir) => `the folder ${dir} is missing and cannot be made`,
  remedy: 'Make it, or set CSP_LOG_DIR to another one',
};

/** By what the system calls it (errno(3)). */
const LOSSES: Readonly<Record<string, Loss>> = {
  ENOSPC: FULL,
  EDQUOT: FULL,
  EFBIG: { ...FULL, words: (dir) => `a file in ${dir} is larger than the system allows` },
  EROFS: READ_ONLY,
  EACCES: FORBIDDEN,
  EPERM: FORBIDDEN,
  ENOENT: MISSING,
  ENOTDIR: MISSING,
  EEXIST: MISSING,
};

/** What kept lines out of the files, of what the file system threw: `reason` is what a line's field says. */
export function lossOf(error: unknown): Loss {
  const code = (error as NodeJS.ErrnoException)?.code ?? 'unknown error';
  if (Object.hasOwn(LOSSES, code) && LOSSES[code]) return LOSSES[code];
  return {
    reason: 'write_error',
    words: (dir) => `writing to ${dir} failed (${code})`,
    remedy: 'Check the disk; the console’s log has the error',
  };
}

/** The same in words: what happened and what to do. It begins with a small letter. */
export function lossSentence(error: unknown, dir: string): string {
  const { words, remedy } = lossOf(error);
  return `${words(dir)}. ${remedy}.`;
}
