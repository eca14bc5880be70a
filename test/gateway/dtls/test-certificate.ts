/** Makes certificates for tests: ECDSA, version 3, the few extensions a chain check looks at. */
import { createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'

export interface TestCertificate {
  readonly der: Buffer
  readonly key: KeyObject
  readonly name: string
}

export interface CertificateRequest {
  readonly name: string
  readonly issuer?: TestCertificate
  readonly isCa?: boolean
  readonly notAfter?: string
  /** The private key; a fresh one otherwise. */
  readonly key?: KeyObject
  readonly curve?: 'prime256v1' | 'brainpoolP256r1' | 'secp384r1'
}

export function issueCertificate(request: CertificateRequest): TestCertificate {
  const namedCurve = request.curve ?? 'prime256v1'
  const privateKey = request.key ?? generateKeyPairSync('ec', { namedCurve }).privateKey
  const issuer = request.issuer ?? { name: request.name, key: privateKey, der: Buffer.alloc(0) }
  const tbs = sequence(
    tlv(0xa0, tlv(0x02, Buffer.of(2))),
    tlv(0x02, Buffer.of(0x11)),
    ECDSA_WITH_SHA256,
    writeName(issuer.name),
    sequence(utcTime('200101000000Z'), utcTime(request.notAfter ?? '491231235959Z')),
    writeName(request.name),
    createPublicKey(privateKey).export({ format: 'der', type: 'spki' }),
    tlv(0xa3, sequence(...writeExtensions(request.isCa === true))),
  )
  const signature = tlv(0x03, Buffer.concat([Buffer.of(0), sign('sha256', tbs, issuer.key)]))
  return { der: sequence(tbs, ECDSA_WITH_SHA256, signature), key: privateKey, name: request.name }
}

const ECDSA_WITH_SHA256 = Buffer.from('300a06082a8648ce3d040302', 'hex')
const BASIC_CONSTRAINTS = Buffer.from('0603551d13', 'hex')
const KEY_USAGE = Buffer.from('0603551d0f', 'hex')
const TRUE = Buffer.from('0101ff', 'hex')

function writeExtensions(isCa: boolean): Buffer[] {
  const constraints = isCa ? sequence(TRUE) : sequence()
  // keyCertSign is bit 5, digitalSignature bit 0.
  const usage = isCa ? Buffer.from('03020204', 'hex') : Buffer.from('03020780', 'hex')
  return [
    sequence(BASIC_CONSTRAINTS, TRUE, tlv(0x04, constraints)),
    sequence(KEY_USAGE, TRUE, tlv(0x04, usage)),
  ]
}

function writeName(name: string): Buffer {
  const attribute = sequence(Buffer.from('0603550403', 'hex'), tlv(0x0c, Buffer.from(name)))
  return sequence(tlv(0x31, attribute))
}

function utcTime(text: string): Buffer {
  return tlv(0x17, Buffer.from(text))
}

function sequence(...parts: Buffer[]): Buffer {
  return tlv(0x30, Buffer.concat(parts))
}

function tlv(tag: number, content: Buffer): Buffer {
  const { length } = content
  if (length < 128) return Buffer.concat([Buffer.of(tag, length), content])
  const long = length < 256 ? Buffer.of(0x81, length) : Buffer.of(0x82, length >>> 8, length & 0xff)
  return Buffer.concat([Buffer.of(tag), long, content])
}
