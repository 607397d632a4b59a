import type { FailureWords } from '../connector-type.ts';

/** The codes that people meet, in plain words (Twilio's own list: https://www.twilio.com/docs/api/errors). */
const FAILURES: Record<number, FailureWords> = {
  20003: {
    explanation: 'Twilio does not know these credentials.',
    next_step:
      'Copy the account SID and the auth token (or the API key and its secret) anew from the Twilio console, and check that the account is not suspended.',
  },
  20404: {
    explanation: 'Twilio has no such thing in this account.',
    next_step:
      'Check the account SID, the messaging service SID and the content template SID: all of them belong to one account.',
  },
  20429: {
    explanation: 'Twilio was asked more often than it allows.',
    next_step: 'Wait a little and send less at once; nothing was sent.',
  },
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
