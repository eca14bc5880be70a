import { describe, expect, it } from 'vitest'
import { toHex } from '../../../shared/octets.ts'
import { encodeAssociationToken } from '../../../shared/sgp32/index.ts'

describe('the association token', () => {
  it.each([
    [null, '840100'],
    [0, '840100'],
    [127, '84017F'],
    [128, '84020080'],
    [300, '8402012C'],
    [-1, '8401FF'],
  ])('%s ends the signature input as %s', (token, hex) => {
    expect(toHex(encodeAssociationToken(token))).toBe(hex)
  })
})
