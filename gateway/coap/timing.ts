/** CoAP's transmission parameters for a kind of network, and the times that follow from them (RFC 7252 §4.8). */

export interface TransmissionParameters {
  /** ACK_TIMEOUT, milliseconds. */
  readonly ackTimeoutMs: number
  /** ACK_RANDOM_FACTOR */
  readonly ackRandomFactor: number
  /** MAX_RETRANSMIT */
  readonly maxRetransmit: number
  /** MAX_LATENCY: how long a datagram may be on its way, milliseconds. */
  readonly maxLatencyMs: number
  /** How long an answer may take and still travel in the acknowledgement, milliseconds; below ACK_TIMEOUT. */
  readonly piggybackMs: number
}

/** RFC 7252 §4.8.2; milliseconds. */
export interface Timing extends TransmissionParameters {
  /** From the first to the last transmission of a confirmable message. */
  readonly maxTransmitSpanMs: number
  /** From the first transmission until the sender gives up. */
  readonly maxTransmitWaitMs: number
  readonly maxRttMs: number
  /** How long the id of a confirmable message must not be used again. */
  readonly exchangeLifetimeMs: number
  /** The same for a non-confirmable one. */
  readonly nonLifetimeMs: number
}

export function deriveTiming(parameters: TransmissionParameters): Timing {
  const { ackTimeoutMs, ackRandomFactor, maxRetransmit, maxLatencyMs } = parameters
  const maxTransmitSpanMs = ackTimeoutMs * (2 ** maxRetransmit - 1) * ackRandomFactor
  const maxTransmitWaitMs = ackTimeoutMs * (2 ** (maxRetransmit + 1) - 1) * ackRandomFactor
  // PROCESSING_DELAY is ACK_TIMEOUT.
  const maxRttMs = 2 * maxLatencyMs + ackTimeoutMs
  const exchangeLifetimeMs = maxTransmitSpanMs + maxRttMs
  const nonLifetimeMs = maxTransmitSpanMs + maxLatencyMs
  return {
    ...parameters,
    maxTransmitSpanMs,
    maxTransmitWaitMs,
    maxRttMs,
    exchangeLifetimeMs,
    nonLifetimeMs,
  }
}

const RFC_7252 = {
  ackTimeoutMs: 2000,
  ackRandomFactor: 1.5,
  maxRetransmit: 4,
  maxLatencyMs: 100_000,
  piggybackMs: 1500,
}

/** The values of RFC 7252 §4.8. */
export const DEFAULT_TIMING = deriveTiming(RFC_7252)
/** Round trips on NB-IoT take 1.5 to 10 s, more with coverage enhancement. */
export const NB_IOT_TIMING = deriveTiming({ ...RFC_7252, ackTimeoutMs: 10_000, piggybackMs: 3000 })
