/** Rewrites conforming messages into the shapes that IPAs and cards of the field really send. Signed parts stay as they are. */
import { readTlv, readTlvs, type Tlv, wrap } from '../../shared/asn1/index.ts'
import { concatOctets, type Octets } from '../../shared/octets.ts'

const SEQUENCE = 0x30
const EUICC_PACKAGE_RESULT = 0xbf51
const IPA_EUICC_DATA_RESPONSE = 0xbf52
const PROVIDE_EIM_PACKAGE_RESULT = 0xbf50
const HANDLE_NOTIFICATION = 0xbf3d
const LIST_FORM = SEQUENCE
const FIRST_ARM = 0xa0
const CERTIFICATES: ReadonlySet<number> = new Set([0xa5, 0xa6])

export const ENCODINGS = [
  'bf51-bare-sequence',
  'bf51-bare-fields',
  'bf52-bare',
  'nested-certificates',
  'long-form-lengths',
  'v1.0',
] as const
export type LenientEncoding = (typeof ENCODINGS)[number]

/** The wrapper that fits `ClientQuirks.rewrite`. */
export function lenient(encoding: LenientEncoding): (element: Octets) => Octets {
  switch (encoding) {
    case 'bf51-bare-sequence':
      return (element) =>
        mapElements(element, EUICC_PACKAGE_RESULT, (content) => replaceArm(content, SEQUENCE))
    case 'bf51-bare-fields':
      return (element) => mapElements(element, EUICC_PACKAGE_RESULT, openArm)
    case 'bf52-bare':
      return (element) => mapElements(element, IPA_EUICC_DATA_RESPONSE, openArm)
    case 'nested-certificates':
      return (element) => mapElements(element, IPA_EUICC_DATA_RESPONSE, nestCertificates)
    case 'long-form-lengths':
      return longForm
    case 'v1.0':
      return olderForm
  }
}

/** Elements that hold others and are not signed: the way to what is to be changed. */
const ENVELOPES: ReadonlySet<number> = new Set([
  PROVIDE_EIM_PACKAGE_RESULT,
  HANDLE_NOTIFICATION,
  FIRST_ARM,
  LIST_FORM,
])

type Change = (content: Octets) => Octets

/** Changes the content of every element with this tag, inside envelopes at most. */
function mapElements(element: Octets, tag: number, change: Change): Octets {
  const tlv = readTlv(element, 0, element.length)
  const content = element.slice(tlv.contentStart, tlv.end)
  if (tlv.tag === tag) return wrap(tag, change(content))
  if (!ENVELOPES.has(tlv.tag)) return element
  return wrap(
    tlv.tag,
    mapAll(content, (each) => mapElements(each, tag, change)),
  )
}

function mapAll(content: Octets, change: (element: Octets, tlv: Tlv) => Octets): Octets {
  const tlvs = [...readTlvs(content, 0, content.length)]
  return concatOctets(...tlvs.map((tlv) => change(content.slice(tlv.start, tlv.end), tlv)))
}

function replaceArm(content: Octets, tag: number): Octets {
  const arm = readTlv(content, 0, content.length)
  return arm.tag === FIRST_ARM ? wrap(tag, content.subarray(arm.contentStart, arm.end)) : content
}

function openArm(content: Octets): Octets {
  const arm = readTlv(content, 0, content.length)
  return arm.tag === FIRST_ARM ? content.slice(arm.contentStart, arm.end) : content
}

function nestCertificates(content: Octets): Octets {
  const nest = (element: Octets, { tag }: Tlv) =>
    CERTIFICATES.has(tag) ? wrap(tag, wrap(SEQUENCE, contentOf(element))) : element
  return mapAll(content, (arm, { tag }) =>
    tag === FIRST_ARM ? wrap(FIRST_ARM, mapAll(contentOf(arm), nest)) : arm,
  )
}

function contentOf(element: Octets): Octets {
  const tlv = readTlv(element, 0, element.length)
  return element.slice(tlv.contentStart, tlv.end)
}

const LONG_LENGTH = 0x84

/** The outer length in five octets: legal BER, no DER. */
function longForm(element: Octets): Octets {
  const { contentStart, end } = readTlv(element, 0, element.length)
  const tagLength = (element[0] ?? 0) % 32 === 31 ? 2 : 1
  const length = end - contentStart
  const header = Uint8Array.of(LONG_LENGTH, length >>> 24, length >>> 16, length >>> 8, length)
  return concatOctets(element.subarray(0, tagLength), header, element.subarray(contentStart))
}

/** SGP.32 v1.0: BF50 is the result itself, an error a bare INTEGER, notifications stand in BF2B. */
function olderForm(element: Octets): Octets {
  const outer = readTlv(element, 0, element.length)
  if (outer.tag !== PROVIDE_EIM_PACKAGE_RESULT) return element
  return wrap(
    PROVIDE_EIM_PACKAGE_RESULT,
    mapAll(contentOf(element), (each, { tag }) => {
      if (tag === 0x5a) return new Uint8Array()
      if (tag === FIRST_ARM) return errorAlone(each)
      return tag === LIST_FORM ? wrap(LIST_FORM, mapAll(contentOf(each), olderList)) : each
    }),
  )
}

function errorAlone(element: Octets): Octets {
  return mapAll(contentOf(element), (each, { tag }) => (tag === 0x02 ? each : new Uint8Array()))
}

function olderList(element: Octets, { tag }: Tlv): Octets {
  return tag === FIRST_ARM ? wrap(0xbf2b, element) : element
}
