/** The id of one remote provisioning session, and its text form (SGP.22 §3.1.2). */
import { type Infer, octetString, size } from '../asn1/index.ts'
import { Fault } from '../fault.ts'
import { fromHex, toHex } from '../octets.ts'

export const TransactionId = octetString(size(1, 16))
export type TransactionId = Infer<typeof TransactionId>

/** Upper-case hexadecimal, as the JSON bindings write it. */
export type TransactionIdText = string & { readonly __brand: 'TransactionIdText' }

/** Thrown for text that is no transaction id. */
export class TransactionIdFault extends Fault {
  readonly code = 'transaction-id-malformed'
}

/** Reads either case. @throws {TransactionIdFault} unless `text` is 1 to 16 octets in hexadecimal */
export function parseTransactionId(text: string): TransactionId {
  if (!/^([0-9A-Fa-f]{2}){1,16}$/.test(text)) {
    throw new TransactionIdFault('a transaction id is 1 to 16 octets in hexadecimal')
  }
  return fromHex(text)
}

export function transactionIdText(id: TransactionId): TransactionIdText {
  return toHex(id) as TransactionIdText
}
