import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Annotation } from '../../../shared/asn1/index.ts'
import { fromHex } from '../../../shared/octets.ts'
import { annotateMessage, findMessageType, guessMessageType } from '../../../shared/sgp32/message-types.ts'
import download from '../../vectors/sgp32/download.json'
import geteimpackage from '../../vectors/sgp32/geteimpackage.json'
import ipaeuiccdata from '../../vectors/sgp32/ipaeuiccdata.json'
import notifications from '../../vectors/sgp32/notifications.json'
import provide from '../../vectors/sgp32/provide.json'
import signed from '../../vectors/sgp32/signed.json'
import trigger from '../../vectors/sgp32/trigger.json'

const messages = [download, geteimpackage, ipaeuiccdata, notifications, provide, signed, trigger]
  .flatMap((file): { name: string; type: string; hex: string }[] => file.vectors)
  .filter(({ hex }) => hex.startsWith('BF'))

function flat(nodes: readonly Annotation[]): Annotation[] {
  return nodes.flatMap((node) => [node, ...flat(node.children)])
}

describe('findMessageType', () => {
  it('prefers the type of SGP.32 unless told otherwise', () => {
    expect(findMessageType('ProfileInfo')?.module).toBe('SGP.32')
    expect(findMessageType('ProfileInfo', 'SGP.22')?.module).toBe('SGP.22')
    expect(findMessageType('EUICCInfo1')?.module).toBe('SGP.22')
    expect(findMessageType('Nonsense')).toBeUndefined()
  })
})

describe('guessMessageType', () => {
  it.each(messages)('knows $name by its octets', ({ type, hex }) => {
    expect(guessMessageType(fromHex(hex))?.name).toBe(type)
  })

  it('has no opinion on noise', () => {
    expect(guessMessageType(fromHex(''))).toBeUndefined()
    expect(guessMessageType(fromHex('BF'))).toBeUndefined()
    expect(guessMessageType(fromHex('DEADBEEF'))).toBeUndefined()
  })
})

describe('annotateMessage', () => {
  it('lays out a broken message by the type it begins like', () => {
    const [request, rest] = annotateMessage(fromHex('BF4F0A5A088904404593000000FF'))

    expect(request?.name).toBe('GetEimPackageRequest')
    expect(request?.children[0]).toMatchObject({ name: 'eidValue', value: '8904404593000000' })
    expect(request?.children[0]?.problem).toContain('16 octets were expected')
    expect(rest?.problem).toBeDefined()
  })

  it('names codes and types', () => {
    const nodes = flat(annotateMessage(fromHex('BF4F03020101')))

    expect(nodes).toMatchObject([
      { name: 'GetEimPackageResponse', type: 'GetEimPackageResponse' },
      { name: 'eimPackageError', type: 'EimPackageError', value: 1, codeName: 'noEimPackageAvailable' },
    ])
  })

  it('never throws', () => {
    const types = messages.map(({ hex }) => fromHex(hex))
    fc.assert(
      fc.property(fc.constantFrom(...types), fc.nat(), fc.nat(255), (message, at, octet) => {
        const spoiled = message.slice()
        spoiled[at % spoiled.length] = octet
        const nodes = annotateMessage(spoiled)
        expect(nodes.reduce((length, node) => length + node.length, 0)).toBe(spoiled.length)
      }),
      { numRuns: 300 },
    )
  })
})
