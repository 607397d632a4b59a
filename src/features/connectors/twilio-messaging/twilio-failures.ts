import type { FailureWords } from '../connector-type.ts';

const UNKNOWN_CREDENTIALS: FailureWords = {
  explanation: 'Twilio does not know these credentials.',
  next_step:
    'Copy the account SID and the auth token (or the API key and its secret) anew from the Twilio console, and check that the account is not suspended.',
};
const FORBIDDEN: FailureWords = {
  explanation: 'Twilio does not permit this to the account or its API key.',
  next_step:
    'Check in the Twilio console that the account is active, and that a restricted API key has the permission to create messages.',
};
const NOT_FOUND: FailureWords = {
  explanation: 'Twilio has no such thing in this account.',
  next_step:
    'Check the account SID, the messaging service SID and the content template SID: all of them belong to one account.',
};
const TOO_MANY: FailureWords = {
  explanation: 'Twilio was asked more often than it allows.',
  next_step: 'Wait a little and send less at once; nothing was sent.',
};
const WAIT =
  'See https://status.twilio.com, and try again later. Before you send a message again, look in the Twilio console under Monitor, Logs, Messaging whether it was sent.';
const FAILED: FailureWords = { explanation: 'Twilio failed while it handled the request.', next_step: WAIT };
const UNAVAILABLE: FailureWords = { explanation: 'Twilio is unavailable.', next_step: WAIT };
const UNREACHED: FailureWords = {
  explanation: 'Twilio, or a proxy on the way to it, got no answer from what is behind it.',
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
    explanation: 'Twilio does not take the recipient’s number.',
    next_step: 'Check the number in "to": the country code first, then the number as it is dialed from abroad.',
  },
  21408: {
    explanation: 'The account may not send to the recipient’s country.',
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
    explanation: 'The number cannot receive messages: it is no mobile number.',
    next_step: 'Ask the recipient for a mobile number.',
  },
  21617: {
    explanation: 'The message is longer than 1,600 characters.',
    next_step: 'Send a shorter body, or several messages.',
  },
  21656: {
    explanation: 'The content variables do not fit the template.',
    next_step: 'Give a JSON object with one text for each placeholder of the template, and no empty one.',
  },
  63003: {
    explanation: 'The recipient’s number is not on WhatsApp, or WhatsApp could not find it.',
    next_step: 'Check that the number is registered with WhatsApp.',
  },
  63007: {
    explanation: 'The sender is not a WhatsApp sender of this account.',
    next_step: 'Register the number in "From" for WhatsApp in the Twilio console, or use the number of the sandbox.',
  },
  63015: {
    explanation: 'The recipient has not joined the WhatsApp sandbox, or has joined more than three days ago.',
    next_step: 'Let the recipient send "join" and the sandbox’s words to the sandbox number, then send again.',
  },
  63016: {
    explanation: 'Free text is outside the 24-hour window: the recipient has not written to you in the last 24 hours.',
    next_step: 'Send an approved content template (content_sid), or wait until the recipient writes.',
  },
  63018: {
    explanation: 'WhatsApp limits how many messages this sender may send, and that is used up.',
    next_step: 'Send more slowly. The limit grows with the sender’s quality rating.',
  },
  63024: {
    explanation: 'WhatsApp does not take this recipient.',
    next_step: 'Check the number; it may be blocked, or not able to receive messages of businesses.',
  },
  63032: {
    explanation: 'WhatsApp does not deliver to this recipient, for a limit of its own that it does not explain.',
    next_step: 'Do not send again at once. Send to this recipient later, or by another way.',
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
    return 'Twilio answered 400 without a reason. Check the recipient, the sender and the template, and look for the error in the Twilio console under Monitor, Logs, Errors.';
  return `Twilio answered ${status} without a reason, which its API does not do: something else may have answered. If TWILIO_BASE_URL is set, check what it points to.`;
}
