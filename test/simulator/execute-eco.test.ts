import { describe, expect, it } from 'vitest'
import { decode, encode } from '../../shared/asn1/index.ts'
import { fromHex, toHex } from '../../shared/octets.ts'
import { EimConfigurationData, EuiccPackageResult } from '../../shared/sgp32/index.ts'
import { EID, makeBench } from './bench-card.ts'
import { makeKeyPair } from './card-issuer.ts'
import { vectorKey } from './known-cards.ts'
import { ScriptedEim } from './scripted-eim.ts'

const other = new ScriptedEim('other.example.com')
const addOther = (changes = {}) => ({ addEim: other.configuration(changes) }) as const
const LIST_EIM = { listEim: {} } as const
const LIST = { listProfileInfo: {} } as const

describe('addEim', () => {
  it('adds a second eIM, which may then send packages of its own', async () => {
    const { eco, run, euicc } = makeBench()
    const second = new ScriptedEim('second.example.com')

    expect(await eco({ addEim: second.configuration() })).toEqual([{ addEimResult: { addEimResultCode: 0 } }])

    expect((await run(second.package(EID, { psmoList: [LIST] }))).euiccPackageResultSigned).toBeDefined()
    expect(euicc.state.associations.map(({ eimId }) => eimId)).toEqual([
      'eim.example.com',
      'second.example.com',
    ])
  })

  it('gives a token where one is asked for, counting up', async () => {
    const { eco, eim } = makeBench(undefined, -1)
    expect(eim.token).toBe(1)
    expect(await eco(addOther({ associationToken: -1 }))).toEqual([{ addEimResult: { associationToken: 2 } }])
  })

  it('takes the key out of a certificate', async () => {
    const { eco, euicc } = makeBench()
    const { certificate, subjectPublicKeyInfo } = vectorKey('eim-sign')
    await eco(addOther({ eimPublicKeyData: { eimCertificate: certificate } }))
    expect(toHex(euicc.state.associations[1]?.subjectPublicKeyInfo ?? new Uint8Array())).toBe(
      toHex(subjectPublicKeyInfo),
    )
  })

  it.each([
    ['an eIM it knows', { eimId: 'eim.example.com' }, 2],
    ['an unknown CI', { euiccCiPKId: fromHex('00'.repeat(20)) }, 3],
    ['a chosen token', { associationToken: 7 }, 5],
    ['a counter out of range', { counterValue: 0x800000 }, 6],
    ['no counter', { counterValue: undefined }, 7],
    ['no key', { eimPublicKeyData: undefined }, 7],
    ['a key that is none', { eimPublicKeyData: { eimPublicKey: fromHex('30020500') } }, 7],
  ])('refuses %s', async (_what, changes, addEimResultCode) => {
    const { eco, euicc } = makeBench()
    expect(await eco(addOther(changes))).toEqual([{ addEimResult: { addEimResultCode } }])
    expect(euicc.state.associations).toHaveLength(1)
  })

  it('refuses a ninth eIM', async () => {
    const { eco } = makeBench()
    for (let count = 2; count <= 8; count++) await eco(addOther({ eimId: `eim-${count}.example.com` }))
    expect(await eco(addOther())).toEqual([{ addEimResult: { addEimResultCode: 1 } }])
  })
})

describe('deleteEim', () => {
  it('forgets an eIM, and says when it was the last', async () => {
    const { eco, run, eim, euicc } = makeBench()
    await eco(addOther())
    expect(await eco({ deleteEim: { eimId: other.eimId } })).toEqual([{ deleteEimResult: 0 }])
    expect(await eco({ deleteEim: { eimId: eim.eimId } })).toEqual([{ deleteEimResult: 2 }])
    expect((await run(eim.package(EID, { psmoList: [LIST] }))).euiccPackageErrorUnsigned).toBeDefined()
    expect(euicc.addInitialEim(eim.addInitialEim())).toBeNull()
  })

  it('does not find a stranger', async () => {
    const { eco } = makeBench()
    expect(await eco({ deleteEim: { eimId: 'nobody' } })).toEqual([{ deleteEimResult: 1 }])
  })
})

describe('updateEim', () => {
  it('starts the counter anew under a new key', async () => {
    const { eco, eim, run } = makeBench()
    await eco(LIST_EIM)
    const next = new ScriptedEim(eim.eimId, makeKeyPair())

    expect(await eco({ updateEim: next.configuration({ counterValue: 0 }) })).toEqual([
      { updateEimResult: 0 },
    ])

    expect((await run(next.package(EID, { psmoList: [LIST] }))).euiccPackageResultSigned).toBeDefined()
    expect((await run(eim.package(EID, { psmoList: [LIST] }))).euiccPackageErrorUnsigned).toBeDefined()
  })

  it('leaves the counter alone under the old key', async () => {
    const { eco, eim, euicc } = makeBench()
    await eco({ updateEim: { eimId: eim.eimId, counterValue: 0, eimFqdn: 'new.example.com' } })
    const [association] = euicc.state.associations
    expect(association?.counterValue).toBe(1)
    expect(association && decode(EimConfigurationData, association.configuration).eimFqdn).toBe(
      'new.example.com',
    )
  })

  it.each([
    ['a stranger', { eimId: 'nobody' }, 1],
    ['an unknown CI', { euiccCiPKId: fromHex('00'.repeat(20)) }, 3],
    ['a counter out of range', { counterValue: -1 }, 6],
    ['a key that is none', { eimPublicKeyData: { eimPublicKey: fromHex('30020500') } }, 7],
  ])('refuses %s', async (_what, changes, updateEimResult) => {
    const { eco, eim } = makeBench()
    expect(await eco({ updateEim: { eimId: eim.eimId, ...changes } })).toEqual([{ updateEimResult }])
  })
})

describe('listEim', () => {
  it('names every eIM and its kind', async () => {
    const { eco } = makeBench()
    await eco(addOther({ eimId: '1.3.6.1.4.1.1', eimIdType: 1 }))
    expect(await eco(LIST_EIM)).toEqual([
      {
        listEimResult: {
          eimIdList: [
            { eimId: 'eim.example.com', eimIdType: 2 },
            { eimId: '1.3.6.1.4.1.1', eimIdType: 1 },
          ],
        },
      },
    ])
  })

  it.each([
    [{ listEim: 127 }, LIST_EIM, { listEimResult: { listEimError: 127 } }],
    [{ addEim: 127 }, addOther(), { addEimResult: { addEimResultCode: 127 } }],
    [{ deleteEim: 7 }, { deleteEim: { eimId: 'eim.example.com' } }, { deleteEimResult: 7 }],
    [{ updateEim: 127 }, { updateEim: { eimId: 'eim.example.com' } }, { updateEimResult: 127 }],
  ])('and its like end with a forced code %o', async (forcedCodes, operation, result) => {
    const { eco, euicc } = makeBench()
    euicc.faults.forcedCodes = forcedCodes
    expect(await eco(operation)).toEqual([result])
  })
})

describe('the octets of a result', () => {
  it('decode and encode to themselves', async () => {
    const { eim, euicc } = makeBench()
    const octets = await euicc.loadEuiccPackage(eim.package(EID, { ecoList: [LIST_EIM] }))
    expect(toHex(encode(EuiccPackageResult, decode(EuiccPackageResult, octets)))).toBe(toHex(octets))
  })
})
