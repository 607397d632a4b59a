import { dropPostgresVariables } from '../config.ts';

// The first import of every entry: `pg` reads a variable of these when it is loaded.
dropPostgresVariables();
