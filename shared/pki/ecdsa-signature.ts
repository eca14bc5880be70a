/**
 * The two encodings of an ECDSA signature over a 256-bit curve: eSIM signs in the plain format, r and s side by side
 * (BSI TR-03111 §5.2.1, SGP.22 §2.6.7.2); X.509 carries the DER of SEQUENCE { r, s } (RFC 5480 appendix A).
 */
import { Asn1Fault } from '../asn1/asn1-fault.ts'
import type { Tlv } from '../asn1/tlv.ts'
import { Writer } from '../asn1/writer.ts'
import type { Octets } from '../octets.ts'
import { Elements } from './elements.ts'

const SCALAR_OCTETS = 32
/** Octets of a plain signature. */
export const PLAIN_SIGNATURE_OCTETS = 2 * SCALAR_OCTETS

/** DER of a plain signature. @throws {Asn1Fault} when it is not 64 octets */
export function plainToDer(plain: Uint8Array): Octets {
  if (plain.length !== PLAIN_SIGNATURE_OCTETS) {
    throw new Asn1Fault(`a plain signature has ${PLAIN_SIGNATURE_OCTETS} octets, not ${plain.length}`, 0)
  }
  const writer = new Writer()
  writeUnsigned(writer, plain.subarray(SCALAR_OCTETS))
  writeUnsigned(writer, plain.subarray(0, SCALAR_OCTETS))
  writer.header(0x30, 0)
  return writer.finish()
}

function writeUnsigned(writer: Writer, scalar: Uint8Array): void {
  let leading = 0
  while (leading < scalar.length - 1 && scalar[leading] === 0) leading++
  const mark = writer.mark
  writer.octets(scalar.subarray(leading))
  if ((scalar[leading] ?? 0) >= 0x80) writer.octet(0)
  writer.header(0x02, mark)
}

/** Plain form of a DER signature: 64 octets. @throws {Asn1Fault} when it is not exactly the DER of two such numbers */
export function derToPlain(der: Uint8Array): Octets {
  const elements = Elements.inWhole(der, 0x30)
  const plain = new Uint8Array(PLAIN_SIGNATURE_OCTETS)
  for (const [name, end] of [
    ['r', SCALAR_OCTETS],
    ['s', PLAIN_SIGNATURE_OCTETS],
  ] as const) {
    const scalar = elements.take(name, 0x02, (element) => readUnsigned(elements, element))
    plain.set(scalar, end - scalar.length)
  }
  if (!elements.isDone) throw new Asn1Fault('octets follow s', elements.offset)
  return plain
}

function readUnsigned(elements: Elements, element: Tlv): Uint8Array {
  const content = elements.content(element)
  const [first, second] = content
  if (first === undefined || first >= 0x80)
    throw new Asn1Fault('a positive INTEGER was expected', element.start)
  if (first === 0 && second !== undefined && second < 0x80)
    throw new Asn1Fault('the INTEGER is padded', element.start)
  const scalar = first === 0 && second !== undefined ? content.subarray(1) : content
  if (scalar.length > SCALAR_OCTETS) throw new Asn1Fault(`a number of ${scalar.length} octets`, element.start)
  return scalar
}

/**
 * Tolerance: some software eUICCs put the DER form where SGP.22 §2.6.7.2 wants the plain one. Gives the plain form of
 * either; anything else comes back as it was and will not verify.
 */
export function plainFromPlainOrDer(signature: Uint8Array): Uint8Array {
  if (signature.length === PLAIN_SIGNATURE_OCTETS) return signature
  try {
    return derToPlain(signature)
  } catch (error) {
    if (error instanceof Asn1Fault) return signature
    throw error
  }
}
