import { describe, expect, it } from 'vitest'
import { decode } from '../../shared/asn1/index.ts'
import { fromHex, toHex } from '../../shared/octets.ts'
import {
  GetEimPackageRequest,
  HandleNotificationEsipa,
  IpaEuiccDataResponse,
  ProvideEimPackageResult,
} from '../../shared/sgp32/index.ts'
import { A, B, EID, enable, enableWithRollback, profile } from './bench-card.ts'
import { bodies, losing, makeDevice, provided, type Setting } from './bench-device.ts'
import { happen } from './local-events.ts'
import { type IpaStep, PowerLost } from './simulated-ipa.ts'

const LIST = { listProfileInfo: {} } as const
describe.each(['asn1', 'json'] as const)('the loop over %s', (binding) => {
  it('fetches, executes, delivers and forgets what is acknowledged until there is nothing more', async () => {
    const { eim, euicc, ipa, enabled } = makeDevice({ binding })
    eim.queue.push(eim.package(EID, { psmoList: [enable(B)] }), eim.package(EID, { psmoList: [LIST] }))

    expect(await ipa.wakeUp()).toBe('nothing-more')

    expect(enabled()).toBe(B)
    expect(euicc.state.executions.map(({ operations }) => operations)).toEqual([
      ['enable'],
      ['listProfileInfo'],
    ])
    expect(euicc.state.results).toEqual([])
    expect(euicc.state.notifications).toEqual([])
  })

  it('keeps what is not acknowledged, unless it deletes by itself', async () => {
    for (const deletesByItself of [false, true]) {
      const { eim, euicc, ipa } = makeDevice({ binding, deletesByItself })
      eim.acknowledges = false
      eim.queue.push(eim.package(EID, { psmoList: [LIST] }))
      await ipa.wakeUp()
      expect(euicc.state.results).toHaveLength(deletesByItself ? 0 : 1)
    }
  })

  it('answers a data request', async () => {
    const { eim, ipa } = makeDevice({ binding })
    eim.queue.push(fromHex('BF5204' + '5C02A5A6'))
    expect(await ipa.wakeUp()).toBe('nothing-more')
    expect(eim.received).toHaveLength(3)
  })
})

describe('results', () => {
  it('carry the EID and pass the signed octets on untouched', async () => {
    const { eim, euicc, ipa } = makeDevice()
    eim.acknowledges = false
    eim.queue.push(eim.package(EID, { psmoList: [LIST] }))
    await ipa.wakeUp()
    expect(provided(eim)[0]?.eidValue).toEqual(fromHex(EID))
    const kept = euicc.state.results[0]?.octets ?? new Uint8Array()
    expect(toHex(bodies(eim, 'BF50')[0] ?? new Uint8Array())).toContain(toHex(kept))
  })

  it('may come without EID, with notifications, or by HandleNotification', async () => {
    const { eim, ipa } = makeDevice({ omitEid: true, listForm: true })
    eim.queue.push(eim.package(EID, { psmoList: [enable(B)] }))
    await ipa.wakeUp()
    expect(provided(eim)[0]?.eidValue).toBeUndefined()
    expect(provided(eim)[0]?.eimPackageResult.ePRAndNotifications?.notificationList).toHaveLength(2)

    const other = makeDevice({ viaHandleNotification: true })
    other.eim.queue.push(other.eim.package(EID, { psmoList: [LIST] }))
    await other.ipa.wakeUp()
    const [message] = bodies(other.eim, 'BF3D').map((body) => decode(HandleNotificationEsipa, body))
    expect(message?.provideEimPackageResult).toBeDefined()
  })

  it('that are lost come again at the next wake-up, before anything else', async () => {
    const { eim, euicc, ipa } = makeDevice({ way: losing('BF50', 1) })
    eim.queue.push(eim.package(EID, { psmoList: [LIST] }))
    expect(await ipa.wakeUp()).toBe('not-delivered')
    expect(await ipa.wakeUp()).toBe('nothing-more')
    expect(provided(eim)).toHaveLength(1)
    expect(euicc.state.executions).toHaveLength(1)
  })

  it('of a package with rollback, when lost, bring the old profile back', async () => {
    const { eim, ipa, enabled } = makeDevice({ way: losing('BF50', 1) })
    eim.queue.push(eim.package(EID, { psmoList: [enableWithRollback(B)] }))
    await ipa.wakeUp()
    expect(enabled()).toBe(A)
    await ipa.wakeUp()
    const result = provided(eim)[0]?.eimPackageResult.euiccPackageResult?.euiccPackageResultSigned
    expect(result?.euiccPackageResultDataSigned).toMatchObject({
      counterValue: 1,
      euiccResult: [{ rollbackResult: 0 }],
    })
  })

  it('are tried as often as set before the profile is given up', async () => {
    const { eim, ipa, enabled } = makeDevice({ way: losing('BF50', 2), attempts: 3 })
    eim.queue.push(eim.package(EID, { psmoList: [enableWithRollback(B)] }))
    expect(await ipa.wakeUp()).toBe('nothing-more')
    expect(enabled()).toBe(B)
  })

  it('refuse a package that cannot be read or is of no kind it knows', async () => {
    const { eim, ipa } = makeDevice()
    eim.queue.push(fromHex('BF5100'), fromHex('BF5500'))
    await ipa.wakeUp()
    const codes = provided(eim).map(
      ({ eimPackageResult }) => eimPackageResult.eimPackageResultResponseError?.eimPackageResultErrorCode,
    )
    expect(codes).toEqual([1, 2])
  })
})

describe('a loss of power', () => {
  const STEPS: readonly IpaStep[] = ['poll', 'execute', 'provide', 'provided', 'notify', 'notified']

  it.each(STEPS)('before %s makes nothing execute twice and loses no result', async (at) => {
    let armed = true
    const { eim, euicc, ipa } = makeDevice({
      resendsKept: true,
      beforeStep: (step) => {
        if (!armed || step !== at) return
        armed = false
        throw new PowerLost()
      },
    })
    const octets = eim.package(EID, { psmoList: [enable(B)] })
    eim.queue.push(octets)

    expect(await ipa.wakeUp()).toBe('power-lost')
    // Whoever hands out packages does not know how far it came, and repeats itself.
    if (euicc.state.executions.length === 0 && at !== 'poll') eim.queue.push(octets)
    expect(await ipa.wakeUp()).toBe('nothing-more')

    expect(euicc.state.executions).toHaveLength(1)
    expect(provided(eim).some(({ eimPackageResult }) => eimPackageResult.euiccPackageResult)).toBe(true)
    expect(euicc.state.results).toEqual([])
    expect(euicc.state.notifications).toEqual([])
  })
})

describe('data requests', () => {
  async function ask(hex: string, options: Setting = {}) {
    const device = makeDevice(options)
    device.eim.queue.push(fromHex(hex))
    await device.ipa.wakeUp()
    const answer = bodies(device.eim, 'BF50').map((body) => decode(ProvideEimPackageResult, body))[0]
    return { ...device, answer: answer?.eimPackageResult.ipaEuiccDataResponse }
  }

  it('are answered in full', async () => {
    const { answer, euicc } = await ask('BF5215' + '5C0DA081A2BF20BF228384A5A6A8A9' + '830401020304')
    expect(answer?.ipaEuiccData).toMatchObject({
      defaultSmdpAddress: 'smdp.example.com',
      rootSmdsAddress: 'lpa.ds.example.com',
      eimTransactionId: fromHex('01020304'),
      euiccInfo1: { euiccCiPKIdListForSigning: euicc.ciPKIds },
      ipaCapabilities: { ipaFeatures: ['directRspServerCommunication'] },
      notificationsList: [],
      euiccPackageResultList: [],
    })
  })

  it.each([
    ['with a tag that is none of theirs', 'BF5203' + '5C015A', 1],
    ['with an empty list', 'BF5202' + '5C00', 1],
    ['for an unknown CI', `BF5219${'5C01A6'}${`0414${'00'.repeat(20)}`}`, 5],
  ])('%s are refused', async (_what, hex, ipaEuiccDataErrorCode) => {
    const { answer } = await ask(hex)
    expect(answer?.ipaEuiccDataResponseError).toMatchObject({ ipaEuiccDataErrorCode })
  })

  it('wait for the end of an emergency call', async () => {
    const device = makeDevice()
    device.euicc.state.ecallActive = true
    device.eim.queue.push(fromHex('BF52035C0181'))
    await device.ipa.wakeUp()
    expect(provided(device.eim)[0]?.eimPackageResult.ipaEuiccDataResponse).toMatchObject({
      ipaEuiccDataResponseError: { ipaEuiccDataErrorCode: 104 },
    })
  })

  it('find results and notifications by number and event', async () => {
    const { eim, euicc, ipa, psmo } = makeDevice()
    await psmo(enable(B))
    await psmo(LIST)
    eim.queue.push(fromHex('BF520F' + '5C02A0A2' + 'A10481020520' + 'A203800104'))
    await ipa.wakeUp()
    const data = provided(eim)[0]?.eimPackageResult.ipaEuiccDataResponse?.ipaEuiccData
    expect(data?.notificationsList).toHaveLength(1)
    expect(data?.euiccPackageResultList).toHaveLength(1)
    expect(euicc.state.results).toHaveLength(2)
  })

  it('may be of the older kind', async () => {
    const facts = { oldTags: true }
    const { eim, answer } = await ask('BF5206' + '5C0480BF2B88', { facts })
    expect(answer).toBeDefined()
    const text = toHex(bodies(eim, 'BF50')[0] ?? new Uint8Array())
    expect(text).toContain(`8010${toHex(new TextEncoder().encode('smdp.example.com'))}`)
    expect(text).toContain('BF2B')
    expect((await ask('BF52035C0181', { facts })).answer?.ipaEuiccDataResponseError).toMatchObject({
      ipaEuiccDataErrorCode: 1,
    })
  })
})

describe('local events', () => {
  it('are told with their cause until the eIM has heard them', async () => {
    const { eim, ipa } = makeDevice({
      way: losing('BF4F', 1),
      profiles: [profile(A, { state: 'enabled' }), profile(B, { fallback: true })],
      rPLMN: fromHex('22F810'),
    })
    expect(happen(ipa, { kind: 'return-from-fallback' })).toBe(false)
    expect(happen(ipa, { kind: 'fallback' })).toBe(true)
    expect(await ipa.wakeUp()).toBe('not-delivered')
    await ipa.wakeUp()
    await ipa.wakeUp()
    const polls = bodies(eim, 'BF4F').map((body) => decode(GetEimPackageRequest, body))
    expect(polls.map(({ stateChangeCause }) => stateChangeCause)).toEqual([1, undefined])
    expect(polls[0]).toMatchObject({ notifyStateChange: null, rPLMN: fromHex('22F810') })
  })

  it.each([
    [{ kind: 'local-switch', iccid: B } as const, 3],
    [{ kind: 'emergency-call' } as const, 2],
    [{ kind: 'memory-reset' } as const, 4],
    [{ kind: 'device-change' } as const, 6],
  ])('%o has cause %i', async (event, cause) => {
    const { eim, ipa } = makeDevice()
    expect(happen(ipa, event)).toBe(true)
    await ipa.wakeUp()
    const [poll] = bodies(eim, 'BF4F').map((body) => decode(GetEimPackageRequest, body))
    expect(poll?.stateChangeCause).toBe(cause)
  })
})

describe('IpaEuiccDataResponse', () => {
  it('is read by its schema', async () => {
    const { eim, ipa } = makeDevice()
    eim.queue.push(fromHex('BF52055C03A5A684'))
    await ipa.wakeUp()
    const result = provided(eim)[0]?.eimPackageResult.ipaEuiccDataResponse
    expect(result && IpaEuiccDataResponse.toJson(result)).toHaveProperty('ipaEuiccData.euiccCertificate')
  })
})
