/** Takes a captured association apart: its handshake messages, and its protected records opened with derived keys. */
import { findCipherSuite } from '../../../gateway/dtls/cipher-suite.ts'
import { readHandshakeFragments } from '../../../gateway/dtls/handshake-message.ts'
import { deriveKeyBlock, type KeyBlock } from '../../../gateway/dtls/prf.ts'
import { contentType, type RecordView, readRecord } from '../../../gateway/dtls/record.ts'
import { type OpenedRecord, openRecord, sealRecord } from '../../../gateway/dtls/record-protection.ts'
import { Transcript } from '../../../gateway/dtls/transcript.ts'
import type { GoldenDatagram } from './golden-transcripts.ts'

export interface CapturedRecord extends RecordView {
  readonly from: 'client' | 'server'
  readonly datagram: Buffer
}

export interface CidLengths {
  /** Octets of the Connection ID in records to the server. */
  readonly server: number
  readonly client: number
}

export function captureRecords(golden: readonly GoldenDatagram[], cids: CidLengths): CapturedRecord[] {
  return golden.flatMap(({ from, octets }) => {
    const datagram = Buffer.from(octets, 'hex')
    const records: CapturedRecord[] = []
    for (let start = 0; start < datagram.length; ) {
      const record = readRecord(datagram, start, from === 'client' ? cids.server : cids.client)
      if (record === undefined) throw new Error('a golden record does not parse')
      records.push({ ...record, from, datagram })
      start = record.end
    }
    return records
  })
}

/** The transcript up to the first message of type `until` that comes from `from`, that message included. */
export function transcriptUntil(
  records: readonly CapturedRecord[],
  keys: KeyBlock | undefined,
  until: { readonly type: number; readonly from: 'client' | 'server' },
): Transcript {
  const transcript = new Transcript()
  for (const record of records) {
    const content = record.epoch === 0 ? plainContent(record) : keys && open(record, keys)
    if (content?.type !== contentType.handshake) continue
    for (const { type, sequence, body } of readHandshakeFragments(content.content)) {
      // The first hello and the verify request are not part of it (RFC 6347 §4.2.1).
      if (type === 3 || (type === 1 && sequence === 0)) continue
      transcript.add({ type, sequence, body })
      if (type === until.type && record.from === until.from) return transcript
    }
  }
  throw new Error('the captured handshake ends too early')
}

export function plainContent(record: CapturedRecord): OpenedRecord {
  return { type: record.type, content: record.datagram.subarray(record.fragmentStart, record.end) }
}

export function open(record: CapturedRecord, keys: KeyBlock): OpenedRecord | undefined {
  return openRecord(keys[record.from], record.datagram, record)
}

/** Seals again what a captured record held; Mbed TLS fills the inner plaintext to multiples of 16. */
export function resealed(record: CapturedRecord, keys: KeyBlock): Buffer {
  const opened = open(record, keys)
  if (opened === undefined) throw new Error('a golden record does not open')
  return sealRecord(keys[record.from], {
    ...opened,
    epoch: record.epoch,
    sequence: record.sequence,
    cid: record.datagram.subarray(record.start + 11, record.start + 11 + record.cidLength),
    paddingMultiple: 16,
  })
}

export function octetsOf(record: CapturedRecord): Buffer {
  return record.datagram.subarray(record.start, record.end)
}

export function keyBlockFor(
  suiteCode: number,
  master: Buffer,
  clientRandom: Buffer,
  serverRandom: Buffer,
): KeyBlock {
  const suite = findCipherSuite(suiteCode)
  if (suite === undefined) throw new Error('no such suite')
  return deriveKeyBlock(suite, master, clientRandom, serverRandom)
}
