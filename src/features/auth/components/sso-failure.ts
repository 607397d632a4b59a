/** What the sign-in page says of the code that single sign-on came back with. */
export function ssoFailure(code: string): string {
  switch (code.toLowerCase()) {
    case 'access_denied':
      return 'The provider did not let you in, or you cancelled there.';
    case 'domain_not_allowed':
      return 'Your address belongs to no organization here, and nobody has invited you: ask an admin for an invitation.';
    case 'other_identity_linked':
      return 'The account with your address belongs to another person at the provider. Ask whoever runs this console to change the address of that account.';
    case 'email_not_verified':
    case 'email_not_found':
      return 'The provider does not vouch for your e-mail address: ask whoever runs it.';
    case 'state_not_found':
    case 'state_mismatch':
    case 'please_restart_the_process':
      return 'This took longer than ten minutes, or began in another browser. Try again.';
    default:
      return `Single sign-on failed (${code.slice(0, 60)}). Try again; if it stays, the application log says why.`;
  }
}
