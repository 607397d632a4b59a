type Call = { method: string; url: string; headers: [name: string, value: string][]; body: string };

/** A POSIX shell word that means exactly this text. */
const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

/**
 * A call as a curl line for a POSIX shell. A header value that holds a `$VARIABLE` is put in double quotes, so that
 * the shell fills it in; everything else means itself.
 */
export function curlCommand({ method, url, headers, body }: Call): string {
  const lines = headers.map(([name, value]) => {
    const line = `${name}: ${value}`;
    return `-H ${/\$[A-Z]/.test(value) ? `"${line}"` : quoted(line)}`;
  });
  return [`curl -X ${method} ${quoted(url)}`, ...lines, `--data-raw ${quoted(body)}`].join(' \\\n  ');
}
