/** The association token as it ends the input of every package signature (SGP.32 §2.11.1.1). */
import { integer } from '../asn1/index.ts'
import { Writer } from '../asn1/writer.ts'
import type { Octets } from '../octets.ts'

const ASSOCIATION_TOKEN = 0x84

/** `84 len value`; an eIM without a token signs over `84 01 00`. */
export function encodeAssociationToken(token: number | null): Octets {
  const writer = new Writer()
  integer.encodeContent(token ?? 0, writer)
  writer.header(ASSOCIATION_TOKEN, 0)
  return writer.finish()
}
