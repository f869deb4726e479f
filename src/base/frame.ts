// One message of a stream's transport, whatever the transport: bytes become frames in framing/, frames become events in
// dialects/, and back.

export interface Frame {
  /** The event name, where the transport has one. */
  readonly event?: string;
  readonly data: string;
}

/** How the frames of a stream are laid out in bytes (framing/). */
export type StreamFraming = 'sse' | 'json-array' | 'json-lines' | 'aws-event-stream';
