/** What a procedure answers that makes a file: REST sends it as it is made, to who reads it as fast as they read. */
export class Download {
  readonly type: string;
  readonly name: string;
  readonly #text: AsyncIterable<string>;

  /** @param name of letters, digits, dots and hyphens. @param text in pieces, made one by one. */
  constructor(type: string, name: string, text: AsyncIterable<string>) {
    this.type = type;
    this.name = name;
    this.#text = text;
  }

  /** @param onFailure called with the reason when the download is interrupted. */
  toResponse(onFailure: (error: unknown) => void): Response {
    const text = this.#text[Symbol.asyncIterator]();
    const encoder = new TextEncoder();
    const body = new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          try {
            const { value, done } = await text.next();
            if (done) controller.close();
            else controller.enqueue(encoder.encode(value));
          } catch (error) {
            onFailure(error);
            controller.error(error);
          }
        },
        async cancel() {
          await text.return?.();
        },
      },
      // A piece is made when it is wanted.
      { highWaterMark: 0 },
    );
    return new Response(body, {
      headers: {
        'content-type': this.type,
        'content-disposition': `attachment; filename="${this.name}"`,
        'cache-control': 'no-store',
      },
    });
  }
}
