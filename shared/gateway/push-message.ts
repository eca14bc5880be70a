/**
 * The push channel: a WebSocket from a gateway to the edge, over which the edge has TransferEimPackage sent to a device
 * whose session is alive (SGP.32 §6.4.1.4, injection). Text frames, one JSON message each.
 */
import { z } from 'zod'

/** Opened with a token of the gateway itself in the identity header. */
export const PUSH_PATH = '/gateway/v1/push'
/** Kept alive with this text, answered with the other, without waking anybody at the edge. */
export const PUSH_PING = 'ping'
export const PUSH_PONG = 'pong'

const base64 = z.string().regex(/^[A-Za-z0-9+/]*={0,2}$/)

/** Edge to gateway. */
export const PushRequest = z.object({
  type: z.literal('transfer'),
  /** Repeated in the outcome. */
  id: z.string().min(1).max(64),
  /** `device.session` of the last request that came from the device. */
  session: z.string().min(1).max(64),
  /** Where the device has its ESipa function. */
  path: z.string().startsWith('/').max(255),
  /** TransferEimPackageRequest (BF4E), DER. */
  octets: base64,
  /** Milliseconds the device has to answer. */
  timeoutMs: z.number().int().min(1).max(300_000),
})
export type PushRequest = z.infer<typeof PushRequest>

/** Gateway to edge, once for each request. Anything but `answered` leaves the package to the next poll. */
export const PushOutcome = z.discriminatedUnion('outcome', [
  z.object({
    type: z.literal('outcome'),
    id: z.string(),
    outcome: z.literal('answered'),
    /** TransferEimPackageResponse (BF4E), DER, as the device sent it. */
    octets: base64,
  }),
  z.object({
    type: z.literal('outcome'),
    id: z.string(),
    /**
     * No such session here; no acknowledgement or no answer in time; an error code or a reset from the device; the
     * session has a request of the device, or another push, in progress.
     */
    outcome: z.enum(['unknown-session', 'unreachable', 'refused', 'busy']),
  }),
])
export type PushOutcome = z.infer<typeof PushOutcome>
