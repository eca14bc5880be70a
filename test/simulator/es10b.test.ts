import { describe, expect, it } from 'vitest'
import { decode, encode } from '../../shared/asn1/index.ts'
import { fromHex } from '../../shared/octets.ts'
import { AddInitialEimRequest, EuiccPackageResult } from '../../shared/sgp32/index.ts'
import { A, B, C, EID, enable, enableWithRollback, forger, makeBench, profile } from './bench-card.ts'
import {
  addInitialEim,
  euiccMemoryReset,
  executeFallback,
  getCerts,
  immediateEnable,
  profileRollback,
  retrieveNotifications,
  retrievePackageResults,
  returnFromFallback,
} from './es10b.ts'
import { ScriptedEim } from './scripted-eim.ts'

const ON = { state: 'enabled' } as const

describe('ProfileRollback', () => {
  it('returns to the profile before, under the counter and transaction of the package', async () => {
    const { euicc, eim, run, enabled } = makeBench()
    const packageOctets = eim.package(EID, { psmoList: [enableWithRollback(B)] })
    const first = (await run(packageOctets)).euiccPackageResultSigned?.euiccPackageResultDataSigned

    const { cmdResult, euiccPackageResult } = profileRollback(euicc)

    const second =
      euiccPackageResult && decode(EuiccPackageResult, euiccPackageResult).euiccPackageResultSigned
    expect(cmdResult).toBe(0)
    expect(enabled()).toBe(A)
    expect(second?.euiccPackageResultDataSigned).toMatchObject({
      counterValue: 1,
      eimTransactionId: first?.eimTransactionId,
      euiccResult: [{ rollbackResult: 0 }],
    })
    expect(retrievePackageResults(euicc)).toEqual([euiccPackageResult])
  })

  it('is not allowed a second time, without the flag, after another package or once the result is removed', async () => {
    const { euicc, psmo } = makeBench()
    expect(profileRollback(euicc).cmdResult).toBe(1)
    await psmo(enable(B))
    expect(profileRollback(euicc).cmdResult).toBe(1)
    await psmo(enableWithRollback(A))
    await psmo({ listProfileInfo: {} })
    expect(profileRollback(euicc).cmdResult).toBe(1)
    await psmo(enableWithRollback(B))
    euicc.forget(euicc.state.results.map(({ seqNumber }) => seqNumber))
    expect(profileRollback(euicc).cmdResult).toBe(1)
    await psmo(enableWithRollback(A))
    expect(profileRollback(euicc).cmdResult).toBe(0)
    expect(profileRollback(euicc).cmdResult).toBe(1)
  })

  it('waits for a busy toolkit and stays possible', async () => {
    const { euicc, psmo } = makeBench()
    await psmo(enableWithRollback(B))
    euicc.faults.catBusy = true
    expect(profileRollback(euicc).cmdResult).toBe(5)
    euicc.faults.catBusy = false
    expect(profileRollback(euicc).cmdResult).toBe(0)
  })
})

describe('the fallback mechanism', () => {
  it('switches to the fallback profile and returns', () => {
    const { euicc, enabled } = makeBench([profile(A, ON), profile(B, { fallback: true })])
    expect(executeFallback(euicc)).toBe(0)
    expect(enabled()).toBe(B)
    expect(executeFallback(euicc)).toBe(2)
    expect(returnFromFallback(euicc)).toBe(0)
    expect(enabled()).toBe(A)
    expect(returnFromFallback(euicc)).toBe(6)
  })

  it('needs a fallback profile, a free toolkit and no emergency', () => {
    const { euicc } = makeBench()
    expect(executeFallback(euicc)).toBe(6)
    const ready = makeBench([profile(A, ON), profile(B, { fallback: true })]).euicc
    ready.faults.catBusy = true
    expect(executeFallback(ready)).toBe(5)
    ready.state.ecallActive = true
    expect(executeFallback(ready)).toBe(104)
  })

  it('is over once the eIM enables another profile', async () => {
    const { euicc, psmo } = makeBench([profile(A, ON), profile(B, { fallback: true }), profile(C)])
    executeFallback(euicc)
    await psmo(enable(C))
    expect(returnFromFallback(euicc)).toBe(6)
  })
})

describe('ImmediateEnable', () => {
  it('works only when configured', async () => {
    const { euicc, psmo, enabled } = makeBench()
    expect(immediateEnable(euicc, B)).toBe(1)
    await psmo({ configureImmediateEnable: { immediateEnableFlag: null } })
    expect(immediateEnable(euicc, A)).toBe(4)
    expect(immediateEnable(euicc, B)).toBe(0)
    expect(enabled()).toBe(B)
  })
})

describe('EuiccMemoryReset', () => {
  it('deletes by class and resets what it is told to', () => {
    const { euicc } = makeBench([profile(A, { ...ON, profileClass: 'provisioning' }), profile(B), profile(C)])
    const answer = euiccMemoryReset(euicc, ['deleteOperationalProfiles', 'resetEimConfigData'])
    expect(answer).toEqual({ resetResult: 0, resetEimResult: 0, resetImmediateEnableConfigResult: undefined })
    expect(euicc.state.profiles.map(({ iccid }) => iccid)).toEqual([A])
    expect(euicc.state.associations).toEqual([])
    expect(retrieveNotifications(euicc)).toHaveLength(2)
  })

  it('says when there is nothing to delete', () => {
    const { euicc } = makeBench([])
    expect(euiccMemoryReset(euicc, ['deleteOperationalProfiles']).resetResult).toBe(1)
  })
})

describe('AddInitialEim', () => {
  it('takes all eIMs of the list or none', () => {
    const { euicc } = makeBench()
    const [first, second] = [new ScriptedEim('a'), new ScriptedEim('b')]
    const request = (changes = {}) =>
      encode(AddInitialEimRequest, {
        eimConfigurationDataList: [
          first.configuration({ associationToken: -1 }),
          second.configuration(changes),
        ],
      })
    expect(addInitialEim(euicc, request())).toEqual({ ok: false, code: 2 })
    euiccMemoryReset(euicc, ['resetEimConfigData'])
    expect(addInitialEim(euicc, request({ counterValue: -5 }))).toEqual({ ok: false, code: 6 })
    expect(euicc.state.associations).toEqual([])
    expect(addInitialEim(euicc, request())).toEqual({ ok: true, tokens: [1, null] })
  })
})

describe('GetCerts', () => {
  it('knows the card by its CI, and nobody by another', () => {
    const { euicc } = makeBench()
    expect(getCerts(euicc)?.euiccCertificate).toBe(euicc.euiccCertificate)
    expect(getCerts(euicc, euicc.credentials[0].ciPKId)).not.toBeNull()
    expect(getCerts(euicc, fromHex('00'.repeat(20)))).toBeNull()
  })

  it('shows a foreign pair when told to lie', () => {
    const { euicc } = makeBench()
    const foreign = forger.issueEuicc(EID)
    euicc.faults.foreignCertificates = foreign
    expect(getCerts(euicc)?.euiccCertificate).toBe(foreign.euiccCertificate)
  })
})
