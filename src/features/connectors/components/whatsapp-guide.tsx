import { Section } from '#ui/section.tsx';
import classes from './whatsapp-guide.module.css';

/** What WhatsApp allows when, in the words of somebody who sends the first time. */
export function WhatsAppGuide() {
  return (
    <Section title="WhatsApp" description="When a message may be sent, and to whom.">
      <dl className={classes.list}>
        <dt>To try it: the sandbox</dt>
        <dd>
          Give +14155238886 in From. In the Twilio console, under Messaging, Try it out, Send a WhatsApp message, are
          two words: whoever sends “join” and these words to that number on WhatsApp can be sent to for three days.
          Anybody else is refused with 63015.
        </dd>
        <dt>The 24-hour window</dt>
        <dd>
          Free text (a body) is delivered only within 24 hours of the recipient’s last message to you; every message of
          theirs opens the window anew. Outside of it Twilio says 63016.
        </dd>
        <dt>At any time: templates</dt>
        <dd>
          Make a content template in the Twilio console under Messaging, Content Template Builder, let WhatsApp approve
          it, and send its SID (HX…) with a text for each placeholder, such as {'{ "1": "Ada" }'}.
        </dd>
        <dt>What becomes of a message</dt>
        <dd>
          Twilio takes a message first and tells later whether it was sent, delivered and read. The history shows that
          when PUBLIC_URL is set to an https address that Twilio can reach, and the auth token is given.
        </dd>
      </dl>
    </Section>
  );
}
