import { describe, expect, it } from 'vitest'
import { parseTransactionId, TransactionIdFault, transactionIdText } from '../../../shared/sgp22/index.ts'

describe('a transaction id', () => {
  it('is read in either case and written in upper case', () => {
    expect(transactionIdText(parseTransactionId('a1B2'))).toBe('A1B2')
  })

  it.each(['', 'A', 'XY', '00'.repeat(17)])('is not %j', (text) => {
    expect(() => parseTransactionId(text)).toThrow(TransactionIdFault)
  })
})
