// One message of a stream's transport, whatever the transport: bytes become frames in framing/, frames become events in
// dialects/, and back.

export interface Frame {
  /** The event name, where the transport has one. */
  readonly event?: string;
  readonly data: string;
  /** The transport itself says that this message is an exception, and `event` is its class. */
  readonly exception?: true;
}

/** How the frames of a stream are laid out in bytes (framing/). */
export type StreamFraming = 'sse' | 'json-array' | 'json-lines' | 'aws-event-stream';
