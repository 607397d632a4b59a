/**
 * Decodes percent-encoded letters, digits, `-`, `.`, `_`, and `~` in a path (RFC 3986, section 6.2.2.2), because some
 * programs that read a path decode them and others don't.
 */
export const withPlainLetters = (path: string): string =>
  path.replace(/%[0-9a-f]{2}/gi, (code) => {
    const letter = String.fromCharCode(Number.parseInt(code.slice(1), 16));
    return /[\w.~-]/.test(letter) ? letter : code;
  });
