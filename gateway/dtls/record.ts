/** The two record headers of DTLS 1.2: the classic one (RFC 6347 §4.1) and the one with a Connection ID (RFC 9146 §4). */

export const contentType = {
  changeCipherSpec: 20,
  alert: 21,
  handshake: 22,
  applicationData: 23,
  connectionId: 25,
  returnRoutabilityCheck: 27,
} as const

/** `fe fd` on the wire. */
export const DTLS_1_2 = 0xfefd
const DTLS_1_0 = 0xfeff

export const CLASSIC_HEADER_LENGTH = 13
/** Where the Connection ID starts in a record that has one. */
export const CONNECTION_ID_OFFSET = 11
/** Octets of content in one record at most (RFC 5246 §6.2.1). */
export const CONTENT_LIMIT = 2 ** 14
/** 48 bits, all set: a sequence number that is never used, so that none can wrap. */
export const SEQUENCE_LIMIT = 2 ** 48 - 1

/** One record in a datagram, by offsets: nothing is copied. */
export interface RecordView {
  /** Offset of the header in the datagram. */
  readonly start: number
  readonly type: number
  readonly version: number
  readonly epoch: number
  readonly sequence: number
  readonly cidLength: number
  readonly fragmentStart: number
  /** Offset behind the record. */
  readonly end: number
}

/**
 * Reads the record header at `start`; `undefined` when header or length do not fit, after which the rest of the
 * datagram has no meaning. `cidLength` is the length of the receiver's own Connection IDs.
 */
export function readRecord(datagram: Buffer, start: number, cidLength: number): RecordView | undefined {
  const type = datagram[start]
  const ownCidLength = type === contentType.connectionId ? cidLength : 0
  const fragmentStart = start + CLASSIC_HEADER_LENGTH + ownCidLength
  if (type === undefined || fragmentStart > datagram.length) return undefined
  const end = fragmentStart + datagram.readUInt16BE(fragmentStart - 2)
  if (end > datagram.length) return undefined
  return {
    start,
    type,
    version: datagram.readUInt16BE(start + 1),
    epoch: datagram.readUInt16BE(start + 3),
    sequence: datagram.readUIntBE(start + 5, 6),
    cidLength: ownCidLength,
    fragmentStart,
    end,
  }
}

/**
 * `fe fd` everywhere, and in epoch 0 also `fe ff`: a client that does not know the version yet writes DTLS 1.0
 * (RFC 6347 §4.2.1).
 */
export function hasAcceptableVersion(record: RecordView): boolean {
  return record.version === DTLS_1_2 || (record.epoch === 0 && record.version === DTLS_1_0)
}

/** A record of epoch 0, which is never protected and never carries a Connection ID. */
export function writePlainRecord(type: number, sequence: number, content: Uint8Array): Buffer {
  const record = Buffer.allocUnsafe(CLASSIC_HEADER_LENGTH + content.length)
  record[0] = type
  record.writeUInt16BE(DTLS_1_2, 1)
  record.writeUInt16BE(0, 3)
  record.writeUIntBE(sequence, 5, 6)
  record.writeUInt16BE(content.length, 11)
  record.set(content, CLASSIC_HEADER_LENGTH)
  return record
}
