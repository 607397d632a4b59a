import { type Pgoutput, PgoutputPlugin } from 'pg-logical-replication';

/** The messages of pgoutput with every value as PostgreSQL's text: a parser for each would lose digits of numbers. */
export class RawPgoutput extends PgoutputPlugin {
  /** How many messages came so far, whether or not they were handled. */
  received = 0;

  override parse(buffer: Buffer): Pgoutput.Message {
    this.received += 1;
    const message = super.parse(buffer);
    // The parser keeps this object, and reads the rows that follow by it.
    if (message.tag === 'relation') for (const column of message.columns) column.parser = (text: unknown) => text;
    return message;
  }
}
