import { prepareEnvironmentForNext } from '../config.ts';

// The process that builds: it ends with the one that wanted the build, even when that one is killed.
process.on('disconnect', () => process.exit(1));
process.channel?.unref();
prepareEnvironmentForNext(false);
await import('next/dist/bin/next');
