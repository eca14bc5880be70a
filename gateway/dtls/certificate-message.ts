/** Certificate, CertificateRequest and CertificateVerify (RFC 5246 §7.4.2, §7.4.4, §7.4.8; RFC 7250 §3). */
import { OctetReader, readUint16List } from './octet-reader.ts'
import { uint16, vector8, vector16, vector24 } from './octet-writer.ts'

export const certificateType = { x509: 0, rawPublicKey: 2 } as const
export type CertificateType = (typeof certificateType)[keyof typeof certificateType]

/** ClientCertificateType ecdsa_sign (RFC 8422 §5.5). */
const ECDSA_SIGN = 64

/** A chain, leaf first; empty when the sender has no certificate. */
export function writeCertificateChain(chain: readonly Uint8Array[]): Buffer {
  return vector24(Buffer.concat(chain.map(vector24)))
}

/** @throws {DecodeFault} */
export function readCertificateChain(body: Buffer): Buffer[] {
  const outer = new OctetReader(body)
  const list = new OctetReader(outer.vector24())
  outer.end()
  const chain: Buffer[] = []
  while (list.remaining > 0) chain.push(list.vector24(1))
  return chain
}

/** RFC 7250 §3: a single SubjectPublicKeyInfo instead of the list. */
export function writeRawPublicKey(subjectPublicKeyInfo: Uint8Array): Buffer {
  return vector24(subjectPublicKeyInfo)
}

/** The SubjectPublicKeyInfo; empty when the sender has no key. @throws {DecodeFault} */
export function readRawPublicKey(body: Buffer): Buffer {
  const reader = new OctetReader(body)
  const key = reader.vector24()
  reader.end()
  return key
}

/** The list of authorities stays empty: it costs airtime and tells the device nothing. */
export function writeCertificateRequest(signatureSchemes: readonly number[]): Buffer {
  return Buffer.concat([
    vector8(Buffer.of(ECDSA_SIGN)),
    vector16(Buffer.concat(signatureSchemes.map(uint16))),
    vector16(Buffer.alloc(0)),
  ])
}

/** The signature schemes asked for. @throws {DecodeFault} */
export function readCertificateRequest(body: Buffer): number[] {
  const reader = new OctetReader(body)
  reader.vector8(1)
  const schemes = readUint16List(reader.vector16(2))
  reader.vector16()
  reader.end()
  return schemes
}

export interface DigitallySigned {
  readonly scheme: number
  readonly signature: Buffer
}

export function writeDigitallySigned({ scheme, signature }: DigitallySigned): Buffer {
  return Buffer.concat([uint16(scheme), vector16(signature)])
}

/** @throws {DecodeFault} when octets are missing; `reader` stands behind the signature */
export function readDigitallySigned(reader: OctetReader): DigitallySigned {
  const scheme = reader.uint16()
  return { scheme, signature: reader.vector16() }
}

/** @throws {DecodeFault} */
export function readCertificateVerify(body: Buffer): DigitallySigned {
  const reader = new OctetReader(body)
  const signed = readDigitallySigned(reader)
  reader.end()
  return signed
}
