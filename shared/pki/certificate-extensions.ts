/** The extensions of X.509 version 3 that eSIM certificates carry (RFC 5280 §4.2.1, SGP.22 §4.5.2.1). */
import { Asn1Fault } from '../asn1/asn1-fault.ts'
import type { Tlv } from '../asn1/tlv.ts'
import type { Octets } from '../octets.ts'
import type { Elements } from './elements.ts'
import { type Name, readName } from './name.ts'

export const ExtensionId = {
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  nameConstraints: '2.5.29.30',
  certificatePolicies: '2.5.29.32',
  authorityKeyIdentifier: '2.5.29.35',
  extKeyUsage: '2.5.29.37',
  /** GSMA's own (SGP.22 version 3): the EID prefixes an EUM may use. */
  permittedEins: '2.23.146.1.2.2.0',
} as const

const KEY_USAGES = [
  'digitalSignature',
  'contentCommitment',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const
export type KeyUsage = (typeof KEY_USAGES)[number]

export interface BasicConstraints {
  readonly isCa: boolean
  /** CA certificates that may follow below this one, the last certificate not counted. */
  readonly pathLength?: number
}

/** The context tags of GeneralName that are read here. */
export const GeneralNameForm = { dNSName: 0x82, directoryName: 0xa4, registeredID: 0x88 } as const

export interface SubjectAltName {
  readonly dnsNames: readonly string[]
  /** Object identifiers in dotted text. */
  readonly registeredIds: readonly string[]
  /** Context tag of every name, also of forms that are not read. */
  readonly forms: readonly number[]
}

/** The base of a subtree; `directoryName` only when `form` says so. */
export interface Subtree {
  readonly form: number
  readonly directoryName?: Name
}

export interface NameConstraints {
  readonly permitted: readonly Subtree[]
  readonly excluded: readonly Subtree[]
}

/** What the known extensions say; an absent extension has no member. */
export interface ExtensionValues {
  readonly subjectKeyIdentifier?: Octets
  readonly authorityKeyIdentifier?: Octets
  readonly keyUsage?: readonly KeyUsage[]
  readonly extKeyUsage?: readonly string[]
  readonly certificatePolicies?: readonly string[]
  readonly basicConstraints?: BasicConstraints
  readonly nameConstraints?: NameConstraints
  readonly subjectAltName?: SubjectAltName
  readonly permittedEins?: readonly string[]
}

/** Reads the value of one extension, the element inside its OCTET STRING; undefined for an unknown one. @throws {Asn1Fault} */
export function readExtensionValue(id: string, value: Elements): ExtensionValues | undefined {
  switch (id) {
    case ExtensionId.subjectKeyIdentifier:
      return { subjectKeyIdentifier: value.take('keyIdentifier', 0x04, (element) => value.content(element)) }
    case ExtensionId.authorityKeyIdentifier:
      return sequence(value, readAuthorityKeyIdentifier)
    case ExtensionId.keyUsage:
      return { keyUsage: value.take('keyUsage', 0x03, (element) => readKeyUsage(value, element)) }
    case ExtensionId.extKeyUsage:
      return { extKeyUsage: sequence(value, readObjectIdentifiers) }
    case ExtensionId.certificatePolicies:
      return { certificatePolicies: sequence(value, readPolicies) }
    case ExtensionId.basicConstraints:
      return { basicConstraints: sequence(value, readBasicConstraints) }
    case ExtensionId.nameConstraints:
      return { nameConstraints: sequence(value, readNameConstraints) }
    case ExtensionId.subjectAltName:
      return { subjectAltName: sequence(value, readSubjectAltName) }
    case ExtensionId.permittedEins:
      return { permittedEins: sequence(value, readPermittedEins) }
    default:
      return undefined
  }
}

function sequence<T>(value: Elements, read: (inner: Elements) => T): T {
  return value.take('value', 0x30, (element) => value.inside(element, read))
}

/** `issuer` and `serialNumber` may follow the identifier; nothing in eSIM looks at them. */
function readAuthorityKeyIdentifier(inner: Elements): ExtensionValues {
  const identifier = inner.takeOptional('keyIdentifier', 0x80, (element) => inner.content(element))
  while (!inner.isDone) inner.any('authorityCert', () => undefined)
  return identifier === undefined ? {} : { authorityKeyIdentifier: identifier }
}

function readKeyUsage(value: Elements, element: Tlv): KeyUsage[] {
  const [unused, ...octets] = value.content(element)
  if (unused === undefined || unused > 7 || octets.length > 2) {
    throw new Asn1Fault('a BIT STRING of up to 9 bits was expected', element.start)
  }
  return KEY_USAGES.filter((_usage, bit) => ((octets[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0)
}

function readObjectIdentifiers(inner: Elements): string[] {
  return inner.takeAll(0x06, (element) => inner.objectIdentifier(element))
}

function readPolicies(inner: Elements): string[] {
  return inner.takeAll(0x30, (policy) =>
    inner.inside(policy, (members) => {
      const id = members.take('policyIdentifier', 0x06, (element) => members.objectIdentifier(element))
      members.takeOptional('policyQualifiers', 0x30, () => undefined)
      return id
    }),
  )
}

function readBasicConstraints(inner: Elements): BasicConstraints {
  const isCa = inner.takeOptional('cA', 0x01, (element) => readBoolean(inner, element)) ?? false
  const pathLength = inner.takeOptional('pathLenConstraint', 0x02, (element) => readCount(inner, element))
  return pathLength === undefined ? { isCa } : { isCa, pathLength }
}

/** @throws {Asn1Fault} */
export function readBoolean(elements: Elements, element: Tlv): boolean {
  const content = elements.content(element)
  if (content.length !== 1) throw new Asn1Fault(`a BOOLEAN has ${content.length} octets`, element.start)
  return content[0] !== 0
}

/** A small non-negative INTEGER: versions and path lengths. @throws {Asn1Fault} */
export function readCount(elements: Elements, element: Tlv): number {
  const [octet, ...rest] = elements.content(element)
  if (octet === undefined || octet > 0x7f || rest.length > 0) {
    throw new Asn1Fault('an INTEGER from 0 to 127 was expected', element.start)
  }
  return octet
}

function readNameConstraints(inner: Elements): NameConstraints {
  const subtrees = (element: Tlv) =>
    inner.inside(element, (trees) => trees.takeAll(0x30, (tree) => trees.inside(tree, readSubtree)))
  return {
    permitted: inner.takeOptional('permittedSubtrees', 0xa0, subtrees) ?? [],
    excluded: inner.takeOptional('excludedSubtrees', 0xa1, subtrees) ?? [],
  }
}

/** A depth limit would widen what is permitted if it were ignored, and RFC 5280 §4.2.1.10 forbids it: it is a fault. */
function readSubtree(tree: Elements): Subtree {
  const subtree = tree.any('base', (base): Subtree => {
    if (base.tag !== GeneralNameForm.directoryName) return { form: base.tag }
    const directoryName = tree.inside(base, (name) =>
      name.take('name', 0x30, (element) => readName(name, element)),
    )
    return { form: base.tag, directoryName }
  })
  tree.takeOptional('minimum', 0x80, (element) => {
    if (readCount(tree, element) !== 0) throw new Asn1Fault('a minimum other than 0', element.start)
  })
  return subtree
}

function readSubjectAltName(inner: Elements): SubjectAltName {
  const dnsNames: string[] = []
  const registeredIds: string[] = []
  const forms: number[] = []
  while (!inner.isDone) {
    inner.any(`[${forms.length}]`, (element) => {
      forms.push(element.tag)
      if (element.tag === GeneralNameForm.dNSName) dnsNames.push(readAscii(inner, element))
      if (element.tag === GeneralNameForm.registeredID) registeredIds.push(inner.objectIdentifier(element))
    })
  }
  return { dnsNames, registeredIds, forms }
}

function readPermittedEins(inner: Elements): string[] {
  return inner.takeAll(0x13, (element) => readAscii(inner, element))
}

function readAscii(elements: Elements, element: Tlv): string {
  const content = elements.content(element)
  if (content.some((octet) => octet < 0x20 || octet > 0x7e)) {
    throw new Asn1Fault('printable ASCII was expected', element.contentStart)
  }
  return new TextDecoder().decode(content)
}
