import { BinaryViewer } from './binary-viewer.tsx';
import { BodyViewer } from './body-viewer.tsx';

type Props = {
  label: string;
  mediaType: string;
  /** JSON, text, or base64 by `encoding`; null when there was none. */
  body: unknown;
  encoding: 'text' | 'base64';
  sizeBytes: number | null;
  truncated: boolean;
  /** Whether the text was longer than shown. */
  note: string;
};

/** The body of an answer: text as text, anything else by its type, size and first bytes. */
export function ResponseBody({ label, mediaType, body, encoding, sizeBytes, truncated, note }: Props) {
  if (encoding === 'base64' && typeof body === 'string')
    return (
      <BinaryViewer label={label} base64={body} mediaType={mediaType} sizeBytes={sizeBytes} truncated={truncated} />
    );
  return <BodyViewer label={label} body={body ?? ''} {...(truncated && { note })} />;
}
