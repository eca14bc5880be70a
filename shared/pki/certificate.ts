/**
 * Reads X.509 certificates (RFC 5280 §4.1) into what path validation needs. The signed octets stay as they came:
 * a signature is checked over {@link Certificate.tbs}, never over a re-encoding.
 */
import { Asn1Fault, locate } from '../asn1/asn1-fault.ts'
import type { Tlv } from '../asn1/tlv.ts'
import { equalOctets, type Octets } from '../octets.ts'
import { type ExtensionValues, readBoolean, readCount, readExtensionValue } from './certificate-extensions.ts'
import { readTime } from './certificate-time.ts'
import { Elements } from './elements.ts'
import { type Name, readName } from './name.ts'

export interface Extension {
  /** Object identifier in dotted text. */
  readonly id: string
  readonly isCritical: boolean
}

export interface Certificate {
  /** The whole certificate, DER as received. */
  readonly raw: Octets
  /** TBSCertificate, the octets that are signed. */
  readonly tbs: Octets
  /** 1, 2 or 3 as people count, not the number on the wire. */
  readonly version: number
  /** Content octets of the INTEGER. */
  readonly serialNumber: Octets
  readonly issuer: Name
  readonly subject: Name
  /** First instant of validity, milliseconds since 1970. */
  readonly notBefore: number
  /** Last instant of validity, milliseconds since 1970. */
  readonly notAfter: number
  readonly subjectPublicKeyInfo: Octets
  /** Every extension, known or not, in order. */
  readonly extensions: readonly Extension[]
  readonly values: ExtensionValues
  /** Object identifier in dotted text. */
  readonly signatureAlgorithm: string
  /** Content of the signature BIT STRING: for ECDSA a DER SEQUENCE of r and s. */
  readonly signature: Octets
}

/** Reads one certificate that fills `der`. The result holds views of `der`. @throws {Asn1Fault} with path and offset */
export function parseCertificate(der: Uint8Array): Certificate {
  try {
    const outer = Elements.inWhole(der, 0x30)
    const { tbs, body } = outer.take('tbsCertificate', 0x30, (element) => ({
      tbs: outer.whole(element),
      body: outer.inside(element, readTbsCertificate),
    }))
    const algorithm = outer.take('signatureAlgorithm', 0x30, (element) => readAlgorithm(outer, element))
    const signature = outer.take('signatureValue', 0x03, (element) => outer.bitStringOctets(element))
    if (!outer.isDone) throw new Asn1Fault('octets follow the signature', outer.offset)
    const { innerAlgorithm, ...fields } = body
    if (!equalOctets(innerAlgorithm, algorithm.raw)) {
      throw new Asn1Fault('the signed signatureAlgorithm differs from the outer one', 0)
    }
    return { raw: der as Octets, tbs, ...fields, signatureAlgorithm: algorithm.id, signature }
  } catch (error) {
    throw locate(error, 'certificate')
  }
}

type TbsCertificate = Omit<Certificate, 'raw' | 'tbs' | 'signatureAlgorithm' | 'signature'> & {
  readonly innerAlgorithm: Octets
}

function readTbsCertificate(tbs: Elements): TbsCertificate {
  const version = tbs.takeOptional('version', 0xa0, (element) => tbs.inside(element, readVersion)) ?? 1
  const serialNumber = tbs.take('serialNumber', 0x02, (element) => tbs.content(element))
  const innerAlgorithm = tbs.take('signature', 0x30, (element) => readAlgorithm(tbs, element).raw)
  const issuer = tbs.take('issuer', 0x30, (element) => readName(tbs, element))
  const validity = tbs.take('validity', 0x30, (element) => tbs.inside(element, readValidity))
  const subject = tbs.take('subject', 0x30, (element) => readName(tbs, element))
  const subjectPublicKeyInfo = tbs.take('subjectPublicKeyInfo', 0x30, (element) => tbs.whole(element))
  tbs.takeOptional('issuerUniqueID', 0x81, () => undefined)
  tbs.takeOptional('subjectUniqueID', 0x82, () => undefined)
  const read = tbs.takeOptional('extensions', 0xa3, (element) =>
    tbs.inside(element, (inner) => inner.take('list', 0x30, (list) => inner.inside(list, readExtensions))),
  )
  const { extensions, values } = read ?? { extensions: [], values: {} }
  return {
    version,
    serialNumber,
    innerAlgorithm,
    issuer,
    ...validity,
    subject,
    subjectPublicKeyInfo,
    extensions,
    values,
  }
}

function readVersion(inner: Elements): number {
  return inner.take('number', 0x02, (element) => readCount(inner, element)) + 1
}

function readAlgorithm(outer: Elements, element: Tlv): { id: string; raw: Octets } {
  const id = outer.inside(element, (inner) => {
    const algorithm = inner.take('algorithm', 0x06, (oid) => inner.objectIdentifier(oid))
    if (!inner.isDone) inner.any('parameters', () => undefined)
    return algorithm
  })
  return { id, raw: outer.whole(element) }
}

function readValidity(validity: Elements): { notBefore: number; notAfter: number } {
  const notBefore = validity.any('notBefore', (element) => readTime(validity, element))
  const notAfter = validity.any('notAfter', (element) => readTime(validity, element))
  return { notBefore, notAfter }
}

function readExtensions(list: Elements): { extensions: Extension[]; values: ExtensionValues } {
  const values: ExtensionValues = {}
  const seen = new Set<string>()
  const extensions = list.takeAll(0x30, (element) => {
    const extension = list.inside(element, (inner) => readExtension(inner, values))
    // Twice the same extension would leave it to the reader which one counts (RFC 5280 §4.2).
    if (seen.has(extension.id))
      throw new Asn1Fault(`the extension ${extension.id} is there twice`, element.start)
    seen.add(extension.id)
    return extension
  })
  return { extensions, values }
}

/** Reads one extension and adds what it says to `values`. */
function readExtension(extension: Elements, values: ExtensionValues): Extension {
  const id = extension.take('extnID', 0x06, (element) => extension.objectIdentifier(element))
  const isCritical =
    extension.takeOptional('critical', 0x01, (element) => readBoolean(extension, element)) ?? false
  extension.take(`extnValue ${id}`, 0x04, (element) => {
    const value = new Elements(extension.octets, element.contentStart, element.end)
    const read = readExtensionValue(id, value)
    if (read !== undefined && !value.isDone) throw new Asn1Fault('octets follow the value', value.offset)
    Object.assign(values, read)
  })
  return { id, isCritical }
}
