import { makeDataDir, removeDataDir, startConsole } from '../src/testing/running-console.ts';

export type Console = {
  /** Where it is, without a slash at the end. */
  url: string;
  /** The link of the banner, while nobody has an account. */
  setUpUrl: string | undefined;
  dataDir: string;
  /** What it has written, to both streams. */
  output(): string;
  /** Runs the command line beside it. @returns what it prints. */
  command(...typed: string[]): Promise<string>;
};

/** Lends a console of its own: the real program on an empty data folder, which is ended and removed afterwards. */
export async function runConsole(
  env: Record<string, string>,
  use: (running: Console) => Promise<unknown>,
): Promise<void> {
  const DATA_DIR = await makeDataDir();
  const running = startConsole({ DATA_DIR, ...env });
  try {
    const { url, setUpUrl } = await running.ready();
    await use({
      url,
      setUpUrl,
      dataDir: DATA_DIR,
      output: () => running.stdout() + running.stderr(),
      async command(...typed) {
        const command = startConsole({ DATA_DIR, PORT: new URL(url).port }, 'src/cli.ts', typed);
        const { code } = await command.exited;
        if (code !== 0) throw new Error(command.stderr());
        return command.stdout().trimEnd();
      },
    });
  } finally {
    await running.stop();
    await removeDataDir(DATA_DIR);
  }
}
