import { describe, expect, test } from 'vitest';
import { assertNotBreached } from './breached-passwords.ts';

describe('a new password', () => {
  test.each([
    'administrator',
    'Administrator',
    'password12345678',
    'QWERTY123456',
    'unbelievable!!',
    'abcabcabcabc',
    'aaaaaaaaaaaa1',
  ])('%j is refused: it is in lists of leaked passwords, or nearly', (password) => {
    expect(() => assertNotBreached(password, 'password')).toThrow(/lists of leaked passwords/);
  });

  test.each([
    'correct horse battery',
    'a quite other sentence',
    'lower case alone is fine',
    '夏草や兵どもが夢の跡です',
  ])('%j is taken, whatever classes of characters it has', (password) => {
    expect(() => assertNotBreached(password, 'password')).not.toThrow();
  });

  test('is refused at the field that was asked for', () => {
    expect(() => assertNotBreached('administrator', 'new_password')).toThrow(
      expect.objectContaining({ issues: [expect.objectContaining({ path: ['new_password'] })] }),
    );
  });
});
