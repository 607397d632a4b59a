import type { FailureWords } from '../connector-type.ts';

const UNKNOWN_CREDENTIALS: FailureWords = {
  explanation: 'Twilio rejected these credentials.',
  next_step:
    'Copy the account SID and the auth token (or the API key and its secret) from the Twilio console again, and check that the account is not suspended.',
};
const FORBIDDEN: FailureWords = {
  explanation: 'The account or its API key does not have permission to do this.',
  next_step:
    'Check in the Twilio console that the account is active, and that a restricted API key has the permission to create messages.',
};
const NOT_FOUND: FailureWords = {
  explanation: 'Twilio did not find this in the account.',
  next_step:
    'Check the account SID, the messaging service SID, and the content template SID. All of them must belong to the same account.',
};
const TOO_MANY: FailureWords = {
  explanation: 'Twilio received more requests than it allows.',
  next_step: 'Nothing was sent. Wait, then send fewer messages at once.',
};
const WAIT =
  'See https://status.twilio.com, and try again later. Before you send a message again, check in the Twilio console under Monitor, Logs, Messaging whether it was sent.';
const FAILED: FailureWords = { explanation: 'Twilio failed while processing the request.', next_step: WAIT };
const UNAVAILABLE: FailureWords = { explanation: 'Twilio is unavailable.', next_step: WAIT };
const UNREACHED: FailureWords = {
  explanation: 'Twilio, or a proxy in front of it, got no response from the service behind it.',
  next_step: WAIT,
};

/** The codes that people meet, in plain words (Twilio's own list: https://www.twilio.com/docs/api/errors). */
const FAILURES: Record<number, FailureWords> = {
  20003: UNKNOWN_CREDENTIALS,
  20403: FORBIDDEN,
  20404: NOT_FOUND,
  20429: TOO_MANY,
  20500: FAILED,
  20503: UNAVAILABLE,
  21211: {
    explanation: 'Twilio does not accept the recipient’s number.',
    next_step:
      'Check the number in "to". It must start with the country code, followed by the number as it is dialed from abroad.',
  },
  21408: {
    explanation: 'The account is not allowed to send to the recipient’s country.',
    next_step: 'Allow the country in the Twilio console under Messaging, Settings, Geo permissions.',
  },
  21608: {
    explanation: 'A trial account sends only to numbers that were verified in it.',
    next_step: 'Verify the recipient’s number in the Twilio console, or upgrade the account.',
  },
  21610: {
    explanation: 'The recipient has opted out with STOP.',
    next_step: 'Do not send to this number. The recipient can opt in again by sending START.',
  },
  21614: {
    explanation: 'The number can’t receive messages, because it is not a mobile number.',
    next_step: 'Ask the recipient for a mobile number.',
  },
  21617: {
    explanation: 'The message is longer than 1,600 characters.',
    next_step: 'Send a shorter body, or several messages.',
  },
  21656: {
    explanation: 'The content variables do not match the template.',
    next_step: 'Send a JSON object with one non-empty string for each placeholder of the template.',
  },
  63003: {
    explanation: 'The recipient’s number is not on WhatsApp, or WhatsApp could not find it.',
    next_step: 'Check that the number is registered with WhatsApp.',
  },
  63007: {
    explanation: 'The sender is not a WhatsApp sender of this account.',
    next_step: 'Register the number in "From" for WhatsApp in the Twilio console, or use the sandbox number.',
  },
  63015: {
    explanation: 'The recipient has not joined the WhatsApp sandbox, or joined it more than three days ago.',
    next_step: 'Ask the recipient to send "join" and the sandbox’s words to the sandbox number, then send again.',
  },
  63016: {
    explanation:
      'Free text is only allowed within 24 hours of the recipient’s last message, and the recipient has not written in that time.',
    next_step: 'Send an approved content template (content_sid), or wait until the recipient writes.',
  },
  63018: {
    explanation: 'This sender has reached WhatsApp’s limit on messages.',
    next_step: 'Send more slowly. The limit grows with the sender’s quality rating.',
  },
  63024: {
    explanation: 'WhatsApp does not accept this recipient.',
    next_step: 'Check the number. It may be blocked or unable to receive messages from businesses.',
  },
  63032: {
    explanation: 'WhatsApp did not deliver to this recipient because of a limit that it does not explain.',
    next_step: 'Don’t send again right away. Try later, or contact the recipient another way.',
  },
};

/** What a code of Twilio's means, and what to do. */
export const explainTwilioFailure = (code: number): FailureWords | undefined => FAILURES[code];

const STATUSES: Record<number, FailureWords> = {
  401: UNKNOWN_CREDENTIALS,
  403: FORBIDDEN,
  404: NOT_FOUND,
  429: TOO_MANY,
  502: UNREACHED,
  503: UNAVAILABLE,
  504: UNREACHED,
};

/**
 * What the HTTP status of a refusal means by itself, and what to do
 * (https://www.twilio.com/docs/usage/twilios-response#http-status-codes). Nothing for those that say no more than that
 * there is a reason, such as 400.
 */
export const explainTwilioStatus = (status: number): FailureWords | undefined =>
  STATUSES[status] ?? (status >= 500 ? FAILED : undefined);

/** The message of a refusal that has no words of Twilio's: those may come from a proxy, too. */
export function unexplainedRefusal(status: number): string {
  const words = explainTwilioStatus(status);
  if (words) return `Twilio answered ${status}. ${words.explanation} ${words.next_step}`;
  if (status === 400)
    return 'Twilio answered 400 without a reason. Check the recipient, the sender, and the template, and look for the error in the Twilio console under Monitor, Logs, Errors.';
  return `Twilio answered ${status} without a reason. Its API always gives one, so something else may have answered. If TWILIO_BASE_URL is set, check what it points to.`;
}
