/**
 * Seals and opens protected records. This is the hot path of the gateway: additional data, nonce and inner plaintext
 * are written into scratch octets that the next call overwrites, and OpenSSL reads them before the call returns.
 */
import { createCipheriv, createDecipheriv, type Decipher } from 'node:crypto'
import type { CipherSuite } from './cipher-suite.ts'
import {
  CLASSIC_HEADER_LENGTH,
  CONNECTION_ID_OFFSET,
  CONTENT_LIMIT,
  contentType,
  DTLS_1_2,
  type RecordView,
} from './record.ts'

export interface TrafficKeys {
  readonly suite: CipherSuite
  readonly key: Buffer
  /** The implicit part of the nonce. */
  readonly salt: Buffer
}

export interface OutgoingRecord {
  /** The real content type; with a Connection ID it is encrypted (RFC 9146 §4). */
  readonly type: number
  readonly epoch: number
  readonly sequence: number
  /** The receiver's Connection ID; empty makes a classic record. */
  readonly cid: Uint8Array
  readonly content: Uint8Array
  /** With a Connection ID the inner plaintext is filled with zeros to a multiple of this. */
  readonly paddingMultiple: number
}

export interface OpenedRecord {
  readonly type: number
  readonly content: Buffer
}

const CLASSIC_AAD_LENGTH = 13
const CID_AAD_LENGTH = 23
const aadScratch = Buffer.alloc(CID_AAD_LENGTH + 255)
const aadViews = Array.from({ length: aadScratch.length + 1 }, (_, length) => aadScratch.subarray(0, length))
const nonceScratch = Buffer.alloc(12)
const tagScratch = { 8: Buffer.alloc(8), 16: Buffer.alloc(16) }
const innerScratch = Buffer.alloc(CONTENT_LIMIT + 1 + 256)
const innerViews: Buffer[] = []

/** A whole record. Content above {@link CONTENT_LIMIT} is a mistake of the caller. */
export function sealRecord(keys: TrafficKeys, record: OutgoingRecord): Buffer {
  const { suite } = keys
  const cidLength = record.cid.length
  const plaintext = cidLength === 0 ? record.content : writeInnerPlaintext(record)
  const headerLength = CLASSIC_HEADER_LENGTH + cidLength
  const fragmentLength = suite.explicitNonceLength + plaintext.length + suite.tagLength
  const sealed = takeOctets(headerLength + fragmentLength)
  sealed[0] = cidLength === 0 ? record.type : contentType.connectionId
  sealed.writeUInt16BE(DTLS_1_2, 1)
  sealed.writeUInt16BE(record.epoch, 3)
  sealed.writeUIntBE(record.sequence, 5, 6)
  if (cidLength > 0) copy(record.cid, 0, sealed, CONNECTION_ID_OFFSET, cidLength)
  sealed.writeUInt16BE(fragmentLength, headerLength - 2)

  let offset = headerLength
  // The explicit nonce is always epoch and sequence number: a counter never repeats under one key (RFC 9325 §7.2.1).
  if (suite.explicitNonceLength > 0) offset = copy(sealed, 3, sealed, offset, 8)
  writeNonce(keys, sealed, headerLength, sealed, 3)
  const aad = writeAad(sealed, 0, cidLength, plaintext.length)
  const cipher = createCipher(keys, aad, plaintext.length)
  const ciphertext = cipher.update(plaintext)
  cipher.final()
  sealed.set(ciphertext, offset)
  copy(cipher.getAuthTag(), 0, sealed, offset + ciphertext.length, suite.tagLength)
  return sealed
}

/** The verified content of a protected record, or `undefined` when anything about it is wrong. */
export function openRecord(
  keys: TrafficKeys,
  datagram: Buffer,
  record: RecordView,
): OpenedRecord | undefined {
  const { suite } = keys
  const ciphertextStart = record.fragmentStart + suite.explicitNonceLength
  const tagStart = record.end - suite.tagLength
  if (tagStart < ciphertextStart || tagStart - ciphertextStart > CONTENT_LIMIT + 256) return undefined
  writeNonce(keys, datagram, record.fragmentStart, datagram, record.start + 3)
  const aad = writeAad(datagram, record.start, record.cidLength, tagStart - ciphertextStart)
  const tag = suite.tagLength === 8 ? tagScratch[8] : tagScratch[16]
  copy(datagram, tagStart, tag, 0, tag.length)
  const decipher = createDecipher(keys, aad, tag, tagStart - ciphertextStart)
  const plaintext = decrypt(decipher, datagram.subarray(ciphertextStart, tagStart))
  if (plaintext === undefined) return undefined
  if (record.type === contentType.connectionId) return readInnerPlaintext(plaintext)
  return plaintext.length > CONTENT_LIMIT ? undefined : { type: record.type, content: plaintext }
}

const POOL_LENGTH = 2 ** 16
let pool = Buffer.alloc(0)
let poolOffset = 0

/** Octets for one record; Node's own pool of 8 KiB would be renewed every few records, which shows in a profile. */
function takeOctets(length: number): Buffer {
  if (poolOffset + length > pool.length) {
    pool = Buffer.allocUnsafeSlow(POOL_LENGTH)
    poolOffset = 0
  }
  const octets = pool.subarray(poolOffset, poolOffset + length)
  poolOffset += length
  return octets
}

/** DTLSInnerPlaintext (RFC 9146 §4): content, real type, zeros. */
function writeInnerPlaintext(record: OutgoingRecord): Buffer {
  const { content, paddingMultiple } = record
  const length = content.length + 1
  const padded = paddingMultiple > 1 ? Math.ceil(length / paddingMultiple) * paddingMultiple : length
  innerScratch.set(content)
  innerScratch[content.length] = record.type
  if (padded > length) innerScratch.fill(0, length, padded)
  innerViews[padded] ??= innerScratch.subarray(0, padded)
  return innerViews[padded]
}

function readInnerPlaintext(plaintext: Buffer): OpenedRecord | undefined {
  let last = plaintext.length - 1
  while (last >= 0 && plaintext[last] === 0) last--
  const type = plaintext[last]
  if (type === undefined || last > CONTENT_LIMIT) return undefined
  return { type, content: plaintext.subarray(0, last) }
}

/**
 * AES: salt and explicit nonce (RFC 5288 §3, RFC 6655 §3). ChaCha20: the salt XOR epoch and sequence number
 * (RFC 7905 §2).
 */
function writeNonce(
  keys: TrafficKeys,
  explicit: Buffer,
  explicitStart: number,
  header: Buffer,
  counterStart: number,
): void {
  const { salt, suite } = keys
  if (suite.explicitNonceLength > 0) {
    copy(salt, 0, nonceScratch, 0, 4)
    copy(explicit, explicitStart, nonceScratch, 4, 8)
    return
  }
  copy(salt, 0, nonceScratch, 0, 12)
  for (let index = 0; index < 8; index++) {
    nonceScratch[4 + index] = (nonceScratch[4 + index] ?? 0) ^ (header[counterStart + index] ?? 0)
  }
}

/** Additional data from the octets of the header on the wire: RFC 9146 §5.3, or RFC 6347 §4.1.2.1 without CID. */
function writeAad(header: Buffer, start: number, cidLength: number, plaintextLength: number): Buffer {
  if (cidLength === 0) {
    copy(header, start + 3, aadScratch, 0, 8)
    copy(header, start, aadScratch, 8, 3)
    writeLength(plaintextLength, CLASSIC_AAD_LENGTH - 2)
    return aadViews[CLASSIC_AAD_LENGTH] as Buffer
  }
  for (let index = 0; index < 8; index++) aadScratch[index] = 0xff
  aadScratch[8] = contentType.connectionId
  aadScratch[9] = cidLength
  copy(header, start, aadScratch, 10, CONNECTION_ID_OFFSET + cidLength)
  const length = CID_AAD_LENGTH + cidLength
  writeLength(plaintextLength, length - 2)
  return aadViews[length] as Buffer
}

function writeLength(length: number, offset: number): void {
  aadScratch[offset] = length >>> 8
  aadScratch[offset + 1] = length & 0xff
}

/** A loop is quicker than `Buffer.copy` for a few octets. Returns the offset behind them. */
function copy(from: Uint8Array, fromStart: number, to: Buffer, toStart: number, length: number): number {
  for (let index = 0; index < length; index++) to[toStart + index] = from[fromStart + index] as number
  return toStart + length
}

const TAG_8 = { authTagLength: 8 }
const TAG_16 = { authTagLength: 16 }
const ccmAad = { plaintextLength: 0 }

function createCipher(keys: TrafficKeys, aad: Buffer, plaintextLength: number) {
  const { aead, tagLength } = keys.suite
  const options = tagLength === 8 ? TAG_8 : TAG_16
  if (aead.mode === 'ccm') {
    const cipher = createCipheriv(aead.algorithm, keys.key, nonceScratch, options)
    ccmAad.plaintextLength = plaintextLength
    return cipher.setAAD(aad, ccmAad)
  }
  if (aead.mode === 'gcm') return createCipheriv(aead.algorithm, keys.key, nonceScratch).setAAD(aad)
  const cipher = createCipheriv(aead.algorithm, keys.key, nonceScratch, options)
  return cipher.setAAD(aad, { plaintextLength })
}

function createDecipher(keys: TrafficKeys, aad: Buffer, tag: Buffer, plaintextLength: number) {
  const { aead, tagLength } = keys.suite
  const options = tagLength === 8 ? TAG_8 : TAG_16
  if (aead.mode === 'ccm') {
    const decipher = createDecipheriv(aead.algorithm, keys.key, nonceScratch, options)
    ccmAad.plaintextLength = plaintextLength
    return decipher.setAuthTag(tag).setAAD(aad, ccmAad)
  }
  if (aead.mode === 'gcm') {
    return createDecipheriv(aead.algorithm, keys.key, nonceScratch, TAG_16).setAuthTag(tag).setAAD(aad)
  }
  const decipher = createDecipheriv(aead.algorithm, keys.key, nonceScratch, options)
  return decipher.setAuthTag(tag).setAAD(aad, { plaintextLength })
}

/** A bad tag is an everyday event on an open port: the caller drops the record and counts it. */
function decrypt(decipher: Decipher, ciphertext: Buffer): Buffer | undefined {
  try {
    const plaintext = decipher.update(ciphertext)
    decipher.final()
    return plaintext
  } catch {
    return undefined
  }
}
