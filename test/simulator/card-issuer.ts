/** A test CI and EUM that issue eUICC certificates as SGP.22 wants them, critical name constraints included. */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto'
import { encode, objectIdentifier, wrap } from '../../shared/asn1/index.ts'
import { concatOctets, fromBase64, type Octets, toBase64 } from '../../shared/octets.ts'
import { plainToDer } from '../../shared/pki/index.ts'
import { signPlain } from './card-crypto.ts'

const OID = {
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  commonName: '2.5.4.3',
  serialNumber: '2.5.4.5',
  country: '2.5.4.6',
  organization: '2.5.4.10',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  basicConstraints: '2.5.29.19',
  nameConstraints: '2.5.29.30',
  certificatePolicies: '2.5.29.32',
  authorityKeyIdentifier: '2.5.29.35',
  policyCi: '2.23.146.1.2.1.0',
  policyEuicc: '2.23.146.1.2.1.1',
  policyEum: '2.23.146.1.2.1.2',
} as const

/** Covers every EID the simulator makes. */
const EID_PREFIX = '89049032'
const EUM_ORGANIZATION = 'Simulated EUM'

const seq = (...parts: Uint8Array[]) => wrap(0x30, concatOctets(...parts))
const set = (...parts: Uint8Array[]) => wrap(0x31, concatOctets(...parts))
const oid = (text: string) => encode(objectIdentifier, text)
const octets = (content: Uint8Array) => wrap(0x04, content)
const bits = (content: Uint8Array, unused = 0) => wrap(0x03, concatOctets(Uint8Array.of(unused), content))
const int = (...content: number[]) => wrap(0x02, Uint8Array.from(content))
const TRUE = wrap(0x01, Uint8Array.of(0xff))
const text = (tag: number, value: string) => wrap(tag, new TextEncoder().encode(value))

type NamePart = readonly [type: string, value: string]

function name(...parts: readonly NamePart[]): Octets {
  // serialNumber and country are PrintableString in certificates of the field.
  return seq(
    ...parts.map(([type, value]) =>
      set(seq(oid(type), text(type === OID.serialNumber || type === OID.country ? 0x13 : 0x0c, value))),
    ),
  )
}

function extension(type: string, critical: boolean, content: Uint8Array): Octets {
  return critical ? seq(oid(type), TRUE, octets(content)) : seq(oid(type), octets(content))
}

const SIGNATURE_ALGORITHM = seq(oid(OID.ecdsaWithSha256))
const VALIDITY = seq(text(0x17, '240101000000Z'), text(0x18, '20590101000000Z'))

export interface KeyPair {
  readonly privateKey: KeyObject
  readonly subjectPublicKeyInfo: Octets
  readonly keyIdentifier: Octets
}

export function keyPairOf(privateKey: KeyObject): KeyPair {
  const subjectPublicKeyInfo = new Uint8Array(
    createPublicKey(privateKey).export({ format: 'der', type: 'spki' }),
  )
  const keyIdentifier = new Uint8Array(createHash('sha1').update(subjectPublicKeyInfo).digest())
  return { privateKey, subjectPublicKeyInfo, keyIdentifier }
}

export function makeKeyPair(): KeyPair {
  return keyPairOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)
}

export interface Certified {
  readonly keys: KeyPair
  readonly subject: Octets
  readonly certificate: Octets
}

function issue(
  issuer: { readonly keys: KeyPair; readonly subject: Octets },
  subject: Octets,
  keys: KeyPair,
  extensions: readonly Uint8Array[],
): Octets {
  const serial = crypto.getRandomValues(new Uint8Array(8))
  serial[0] = 0x01
  const tbs = seq(
    wrap(0xa0, int(2)),
    int(...serial),
    SIGNATURE_ALGORITHM,
    issuer.subject,
    VALIDITY,
    subject,
    keys.subjectPublicKeyInfo,
    wrap(
      0xa3,
      seq(
        ...extensions,
        extension(OID.subjectKeyIdentifier, false, octets(keys.keyIdentifier)),
        extension(OID.authorityKeyIdentifier, false, seq(wrap(0x80, issuer.keys.keyIdentifier))),
      ),
    ),
  )
  const signature = signPlain(issuer.keys.privateKey, tbs)
  return seq(tbs, SIGNATURE_ALGORITHM, bits(plainToDer(signature)))
}

const policy = (id: string) => extension(OID.certificatePolicies, true, seq(seq(oid(id))))

/** A card's proof of itself below one CI: its key and the two certificates. */
export interface CardCredential {
  readonly key: KeyObject
  readonly euiccCertificate: Octets
  readonly eumCertificate: Octets
  /** Subject key identifier of the CI. */
  readonly ciPKId: Octets
}

/** What {@link CardIssuer.save} gives and {@link CardIssuer.restore} takes: base64 of DER, keys as PKCS#8. */
export interface SavedIssuer {
  readonly ci: SavedCertified
  readonly eum: SavedCertified
}

interface SavedCertified {
  readonly key: string
  readonly subject: string
  readonly certificate: string
}

/** Issues the certificates of a simulated fleet. Make one per test run: keys are made anew each time. */
export class CardIssuer {
  readonly ci: Certified
  readonly eum: Certified

  private constructor(ci: Certified, eum: Certified) {
    this.ci = ci
    this.eum = eum
  }

  /** A second issuer of another name stands for another CI, or for a forger. */
  static create(ciName = 'Simulated CI'): CardIssuer {
    const ciKeys = makeKeyPair()
    const ciSubject = name([OID.commonName, ciName], [OID.organization, 'Simulation'], [OID.country, 'CH'])
    const root = { keys: ciKeys, subject: ciSubject }
    const certificate = issue(root, ciSubject, ciKeys, [
      extension(OID.basicConstraints, true, seq(TRUE)),
      extension(OID.keyUsage, true, bits(Uint8Array.of(0x06), 1)),
      policy(OID.policyCi),
    ])
    const ci = { ...root, certificate }
    return new CardIssuer(ci, CardIssuer.#issueEum(ci))
  }

  static restore({ ci, eum }: SavedIssuer): CardIssuer {
    return new CardIssuer(restoreCertified(ci), restoreCertified(eum))
  }

  save(): SavedIssuer {
    return { ci: saveCertified(this.ci), eum: saveCertified(this.eum) }
  }

  static #issueEum(ci: Certified): Certified {
    const keys = makeKeyPair()
    const subject = name(
      [OID.country, 'CH'],
      [OID.organization, EUM_ORGANIZATION],
      [OID.commonName, 'Simulated EUM 1'],
    )
    const permitted = name([OID.organization, EUM_ORGANIZATION], [OID.serialNumber, EID_PREFIX])
    const certificate = issue(ci, subject, keys, [
      extension(OID.basicConstraints, true, seq(TRUE, int(0))),
      extension(OID.keyUsage, true, bits(Uint8Array.of(0x04), 2)),
      policy(OID.policyEum),
      extension(OID.nameConstraints, true, seq(wrap(0xa0, seq(wrap(0xa4, permitted))))),
    ])
    return { keys, subject, certificate }
  }

  /** A key of its own and the certificates of one eUICC. */
  issueEuicc(eid: string, keys = makeKeyPair()): CardCredential {
    const subject = name(
      [OID.country, 'CH'],
      [OID.organization, EUM_ORGANIZATION],
      [OID.serialNumber, eid],
      [OID.commonName, 'Simulated eUICC'],
    )
    const euiccCertificate = issue(this.eum, subject, keys, [
      extension(OID.keyUsage, true, bits(Uint8Array.of(0x80), 7)),
      policy(OID.policyEuicc),
    ])
    return {
      key: keys.privateKey,
      euiccCertificate,
      eumCertificate: this.eum.certificate,
      ciPKId: this.ci.keys.keyIdentifier,
    }
  }
}

export function saveKey(key: KeyObject): string {
  return toBase64(new Uint8Array(key.export({ format: 'der', type: 'pkcs8' })))
}

export function restoreKey(saved: string): KeyObject {
  return createPrivateKey({ key: Buffer.from(saved, 'base64'), format: 'der', type: 'pkcs8' })
}

function saveCertified({ keys, subject, certificate }: Certified): SavedCertified {
  return { key: saveKey(keys.privateKey), subject: toBase64(subject), certificate: toBase64(certificate) }
}

function restoreCertified({ key, subject, certificate }: SavedCertified): Certified {
  return {
    keys: keyPairOf(restoreKey(key)),
    subject: fromBase64(subject),
    certificate: fromBase64(certificate),
  }
}

const BODY_DIGITS = 30

/** The EID number `index` of the simulated fleet, check digits right (ISO 7064 MOD 97-10). */
export function simulatedEid(index: number): string {
  const body = EID_PREFIX + index.toString().padStart(BODY_DIGITS - EID_PREFIX.length, '0')
  const check = 98n - ((BigInt(body) * 100n) % 97n)
  return body + check.toString().padStart(2, '0')
}
