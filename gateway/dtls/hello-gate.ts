/** The gate before every handshake: a hello gets through with a valid cookie, and nothing is kept of one that does not. */
import { alertDescription, writeAlert } from './alert.ts'
import { type ClientHelloStart, writeHelloVerifyRequest } from './client-hello.ts'
import type { CookieOffice } from './cookie.ts'
import { handshakeType, writeHandshakeFragment } from './handshake-message.ts'
import type { PeerAddress } from './peer-address.ts'
import { takeFromBucket } from './rate-limit.ts'
import { contentType, DTLS_1_2, writePlainRecord } from './record.ts'

/** Refusals of old versions, the only alert an unproven address can get. */
const VERSION_ALERTS = { intervalMs: 100, burst: 10 }
/** Number of a hello whose first cookie was stale and answered by a second verify request. */
const LAST_SEQUENCE = 2

/** The start of a hello, and the numbers a stateless answer mirrors (RFC 6347 §4.2.1). */
export interface HelloArrival {
  readonly start: ClientHelloStart
  readonly messageSequence: number
  readonly recordSequence: number
}

export type GateVerdict =
  | { readonly kind: 'admitted' }
  | { readonly kind: 'answered'; readonly datagram: Buffer }
  | { readonly kind: 'refused' }

const REFUSED = { kind: 'refused' } as const

export class HelloGate {
  readonly #cookies: CookieOffice
  #versionAlerts = 0

  constructor(cookies: CookieOffice) {
    this.#cookies = cookies
  }

  /** `undefined` when the client speaks DTLS 1.2, whatever else it speaks. */
  judgeVersion({ start, recordSequence }: HelloArrival, now: number): GateVerdict | undefined {
    const { version } = start
    // Later versions have lower numbers: fe fd is 1.2, fe ff is 1.0.
    if (version <= DTLS_1_2 && version >>> 8 === DTLS_1_2 >>> 8) return undefined
    const next = takeFromBucket(VERSION_ALERTS, this.#versionAlerts, now)
    if (version <= DTLS_1_2 || next === undefined) return REFUSED
    this.#versionAlerts = next
    const alert = writeAlert(alertDescription.protocolVersion)
    return { kind: 'answered', datagram: writePlainRecord(contentType.alert, recordSequence, alert) }
  }

  /** Without cookie number 0, with one number 1, or 2 when the first cookie was stale; all else is no start. */
  judgeCookie(
    { start, messageSequence, recordSequence }: HelloArrival,
    from: PeerAddress,
    now: number,
  ): GateVerdict {
    const hasCookie = start.cookie.length > 0
    if (messageSequence > LAST_SEQUENCE || hasCookie !== messageSequence > 0) return REFUSED
    if (hasCookie && this.#cookies.accepts(start.cookie, from, start, now)) return { kind: 'admitted' }
    if (messageSequence === LAST_SEQUENCE) return REFUSED
    const content = writeHandshakeFragment({
      type: handshakeType.helloVerifyRequest,
      sequence: messageSequence,
      body: writeHelloVerifyRequest(this.#cookies.issue(from, start, now)),
    })
    return { kind: 'answered', datagram: writePlainRecord(contentType.handshake, recordSequence, content) }
  }
}
