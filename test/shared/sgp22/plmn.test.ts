import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromHex, toHex } from '../../../shared/octets.ts'
import { PlmnFault, plmnFromOctets, plmnText, plmnToOctets } from '../../../shared/sgp22/index.ts'

describe('a PLMN', () => {
  it.each([
    ['22F810', '228', '01'],
    ['130062', '310', '260'],
    ['62F210', '262', '01'],
  ])('%s is %s-%s', (hex, mcc, mnc) => {
    expect(plmnFromOctets(fromHex(hex))).toEqual({ mcc, mnc })
    expect(toHex(plmnToOctets({ mcc, mnc }))).toBe(hex)
    expect(plmnText({ mcc, mnc })).toBe(`${mcc}-${mnc}`)
  })

  it.each(['', '22F8', '22F81000', 'F2F810', '22A810', '22F8F0'])('is not %j', (hex) => {
    expect(() => plmnFromOctets(fromHex(hex))).toThrow(PlmnFault)
  })

  it('is not written from other digits', () => {
    expect(() => plmnToOctets({ mcc: '22', mnc: '01' })).toThrow(PlmnFault)
    expect(() => plmnToOctets({ mcc: '228', mnc: '1' })).toThrow(PlmnFault)
  })

  it('keeps every code', () => {
    fc.assert(
      fc.property(fc.nat(999), fc.nat(999), fc.boolean(), (country, network, short) => {
        const mcc = String(country).padStart(3, '0')
        const mnc = short ? String(network % 100).padStart(2, '0') : String(network).padStart(3, '0')
        expect(plmnFromOctets(plmnToOctets({ mcc, mnc }))).toEqual({ mcc, mnc })
      }),
    )
  })
})
