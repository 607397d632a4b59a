'use client';

import { Button, Group } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { ScrollRegion } from '#ui/page/scroll-region.tsx';
import classes from './body-viewer.module.css';
import { BodyViewer } from './body-viewer.tsx';
import { CopyTextButton } from './copy-button.tsx';
import { hexLines } from './hex-lines.ts';

type Props = {
  label: string;
  mediaType: string;
  /** JSON, text, or base64, as `encoding` says. Null if the response had no body. */
  body: unknown;
  encoding: 'text' | 'base64';
  sizeBytes: number | null;
  truncated: boolean;
  /** Shown if the body was truncated. */
  note: string;
};

/** The body of a response: as text, or if it isn't text, its type, size, and first bytes. */
export function ResponseBody({ label, mediaType, body, encoding, sizeBytes, truncated, note }: Props) {
  if (encoding === 'base64' && typeof body === 'string')
    return (
      <BinaryViewer label={label} base64={body} mediaType={mediaType} sizeBytes={sizeBytes} truncated={truncated} />
    );
  return <BodyViewer label={label} body={body ?? ''} {...(truncated && { note })} />;
}

type BinaryProps = {
  base64: string;
  mediaType: string;
  /** Null if it wasn't stored. */
  sizeBytes: number | null;
  truncated: boolean;
  label: string;
};

const SHOWN_BYTES = 256;

/** A body that isn't text: its type, size, and first bytes, with a download of everything that was stored. */
function BinaryViewer({ base64, mediaType, sizeBytes, truncated, label }: BinaryProps) {
  const lines = hexLines(base64, SHOWN_BYTES);
  return (
    <div className={classes.root}>
      <p className={classes.kind}>
        This body is not text: <code>{mediaType}</code>
        {sizeBytes !== null && `, ${sizeBytes.toLocaleString('en-US')} bytes`}. These are its first bytes.
      </p>
      <ScrollRegion className={classes.scroll} label={label}>
        <pre className={classes.bytes}>{lines.join('\n')}</pre>
      </ScrollRegion>
      <Group gap="sm" mt="xs">
        <Button variant="default" leftSection={<IconDownload size={14} />} onClick={() => download(base64, mediaType)}>
          Download
        </Button>
        <CopyTextButton label="Copy as base64" value={() => Promise.resolve(base64)} />
      </Group>
      {truncated && <p className={classes.note}>The body was longer. Only its first 64 KiB are kept.</p>}
    </div>
  );
}

/** Downloads it as `application/octet-stream`, so that the browser doesn't open it. */
function download(base64: string, mediaType: string): void {
  const bytes = Uint8Array.from(atob(base64), (one) => one.charCodeAt(0));
  const address = URL.createObjectURL(new Blob([bytes], { type: 'application/octet-stream' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = `response-body.${/^[a-z]+\/([a-z0-9]{1,8})$/.exec(mediaType)?.[1] ?? 'bin'}`;
  link.click();
  URL.revokeObjectURL(address);
}
