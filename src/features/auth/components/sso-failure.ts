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
    case 'account_not_linked':
      return 'The provider does not say that your e-mail address is verified, so nobody was signed in. Verify it there if you can. Otherwise ask whoever runs this console: the provider can send email_verified, or OIDC_TRUST_EMAIL can trust its addresses.';
    case 'account_has_password':
      return 'The account with your address has a password, and the provider does not say that your address is verified. Sign in with your password, or ask whoever runs this console: the provider can send email_verified (Microsoft Entra ID: xms_edov).';
    case 'email_not_found':
      return 'The provider did not send your e-mail address. Ask whoever runs this console: the provider can send the claim email, or OIDC_EMAIL_CLAIM can name the claim that has the address.';
    case 'state_not_found':
    case 'state_mismatch':
    case 'please_restart_the_process':
      return 'This took longer than ten minutes, or began in another browser. Try again.';
    default:
      return `Single sign-on failed (${code.slice(0, 60)}). Try again; if it stays, the application log says why.`;
  }
}
