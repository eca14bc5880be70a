import { describe, expect, it } from 'vitest'
import { decode } from '../../shared/asn1/index.ts'
import { fromHex } from '../../shared/octets.ts'
import { PendingNotification } from '../../shared/sgp32/index.ts'
import {
  A,
  B,
  C,
  disable,
  enable,
  enableWithRollback,
  iccid,
  makeBench,
  profile,
  remove,
  UNKNOWN,
} from './bench-card.ts'
import type { SimulatedEuicc } from './simulated-euicc.ts'

const ON = { state: 'enabled' } as const
const setFallback = (digits: string) => ({ setFallbackAttribute: { iccid: iccid(digits) } }) as const
const unsetFallback = { unsetFallbackAttribute: {} } as const

/** `enable A`, in the order in which the card noted them. */
function notified({ state }: SimulatedEuicc) {
  return state.notifications.map(({ octets }) => {
    const metadata = decode(PendingNotification, octets).otherSignedNotification?.tbsOtherNotification
    return `${metadata?.profileManagementOperation} ${metadata?.notificationAddress}`
  })
}

describe('enable', () => {
  it('swaps the enabled profile and notifies both', async () => {
    const { psmo, enabled, euicc } = makeBench()
    expect(await psmo(enable(B))).toEqual([{ enableResult: 0 }])
    expect(enabled()).toBe(B)
    expect(notified(euicc)).toEqual([
      'notificationDisable smdp.example.com',
      'notificationEnable smdp.example.com',
    ])
  })

  it.each([
    ['an unknown profile', enable(UNKNOWN), {}, 1],
    ['an enabled profile', enable(A), {}, 2],
    ['another while ppr1 holds the enabled one', enable(B), { policyRules: ['ppr1'] as const }, 3],
  ])('refuses %s', async (_what, operation, changes, enableResult) => {
    const { psmo, enabled } = makeBench([profile(A, { ...ON, ...changes }), profile(B)])
    expect(await psmo(operation)).toEqual([{ enableResult }])
    expect(enabled()).toBe(A)
  })

  it('waits for a busy toolkit', async () => {
    const { psmo, euicc } = makeBench()
    euicc.faults.catBusy = true
    expect(await psmo(enable(B))).toEqual([{ enableResult: 5 }])
  })

  it('promises no rollback where nothing was enabled before', async () => {
    const { psmo } = makeBench([profile(B)])
    expect(await psmo(enableWithRollback(B))).toEqual([{ enableResult: 20 }])
  })
})

describe('disable', () => {
  it('leaves no profile enabled', async () => {
    const { psmo, enabled } = makeBench()
    expect(await psmo(disable(A))).toEqual([{ disableResult: 0 }])
    expect(enabled()).toBeUndefined()
  })

  it.each([
    ['an unknown profile', disable(UNKNOWN), [profile(A, ON)], 1],
    ['a disabled profile', disable(B), [profile(A, ON), profile(B)], 2],
    ['a profile with ppr1', disable(A), [profile(A, { ...ON, policyRules: ['ppr1'] })], 3],
  ])('refuses %s', async (_what, operation, profiles, disableResult) => {
    const { psmo } = makeBench(profiles)
    expect(await psmo(operation)).toEqual([{ disableResult }])
  })

  it('waits for a busy toolkit', async () => {
    const { psmo, euicc } = makeBench()
    euicc.faults.catBusy = true
    expect(await psmo(disable(A))).toEqual([{ disableResult: 5 }])
  })
})

describe('delete', () => {
  it('removes a disabled profile and notifies it', async () => {
    const { psmo, euicc } = makeBench()
    expect(await psmo(remove(B))).toEqual([{ deleteResult: 0 }])
    expect(euicc.state.profiles.map((each) => each.iccid)).toEqual([A, C])
    expect(notified(euicc)).toEqual(['notificationDelete smdp.example.com'])
  })

  it.each([
    ['an unknown profile', remove(UNKNOWN), 1],
    ['an enabled profile', remove(A), 2],
    ['a profile with ppr2', remove(B), 3],
  ])('refuses %s', async (_what, operation, deleteResult) => {
    const { psmo } = makeBench([profile(A, ON), profile(B, { policyRules: ['ppr2'] })])
    expect(await psmo(operation)).toEqual([{ deleteResult }])
  })

  it('keeps the profile that a rollback of the same package would need', async () => {
    const { psmo } = makeBench()
    expect(await psmo(enableWithRollback(B), remove(A))).toEqual([{ enableResult: 0 }, { deleteResult: 20 }])
  })

  it('keeps the profile to return to from fallback', async () => {
    const { psmo, euicc } = makeBench([profile(A, ON), profile(B, { fallback: true })])
    euicc.executeFallback()
    expect(await psmo(remove(A))).toEqual([{ deleteResult: 21 }])
  })
})

describe('the fallback attribute', () => {
  it('sits on one profile at most', async () => {
    const { psmo, euicc } = makeBench()
    expect(await psmo(setFallback(A), setFallback(B))).toEqual([
      { setFallbackAttributeResult: 0 },
      { setFallbackAttributeResult: 0 },
    ])
    expect(euicc.state.profiles.filter(({ fallback }) => fallback).map((each) => each.iccid)).toEqual([B])
    expect(await psmo(unsetFallback)).toEqual([{ unsetFallbackAttributeResult: 0 }])
  })

  it.each([
    ['an unknown profile', setFallback(UNKNOWN), 1],
    ['a profile that may not have it', setFallback(C), 2],
  ])('is refused to %s', async (_what, operation, setFallbackAttributeResult) => {
    const { psmo } = makeBench()
    expect(await psmo(operation)).toEqual([{ setFallbackAttributeResult }])
  })

  it('cannot be taken from nobody', async () => {
    const { psmo } = makeBench()
    expect(await psmo(unsetFallback)).toEqual([{ unsetFallbackAttributeResult: 2 }])
  })

  it('stays while the fallback profile is on', async () => {
    const { psmo, euicc } = makeBench([profile(A, ON), profile(B, { fallback: true })])
    euicc.executeFallback()
    expect(await psmo(setFallback(A))).toEqual([{ setFallbackAttributeResult: 3 }])
    expect(await psmo(unsetFallback)).toEqual([{ unsetFallbackAttributeResult: 3 }])
  })
})

describe('reading and configuring', () => {
  it('lists the profiles with the default tags', async () => {
    const { psmo } = makeBench([profile(A, { ...ON, isdpAid: 'A0000005591010FFFFFFFF8900001100' })])
    const [result] = (await psmo({ listProfileInfo: {} })) ?? []
    expect(result?.listProfileInfoResult?.profileInfoListOk).toMatchObject([
      {
        iccid: iccid(A),
        isdpAid: fromHex('A0000005591010FFFFFFFF8900001100'),
        profileState: 1,
        profileClass: 2,
        fallbackAttribute: false,
        fallbackAllowed: true,
      },
    ])
  })

  it('lists what the tag list and the criteria ask for, and nothing else', async () => {
    const { psmo } = makeBench()
    const tagList = fromHex('5A9F7099B6')
    const [result] = (await psmo({ listProfileInfo: { searchCriteria: { iccid: iccid(B) }, tagList } })) ?? []
    expect(result?.listProfileInfoResult?.profileInfoListOk).toEqual([
      {
        iccid: iccid(B),
        profileState: 0,
        profilePolicyRules: [],
        fallbackAttribute: false,
        notificationConfigurationInfo: [expect.objectContaining({ notificationAddress: 'smdp.example.com' })],
      },
    ])
  })

  it('refuses a tag that no profile has', async () => {
    const { psmo } = makeBench()
    expect(await psmo({ listProfileInfo: { tagList: fromHex('5ABF2D') } })).toEqual([
      { listProfileInfoResult: { profileInfoListError: 1 } },
    ])
  })

  it('shows its rules, takes a default SM-DP+ and an immediate-enable configuration', async () => {
    const { psmo, euicc } = makeBench()
    const results = await psmo(
      { getRAT: {} },
      { setDefaultDpAddress: { defaultDpAddress: 'new.example.com' } },
      { configureImmediateEnable: { immediateEnableFlag: null, defaultSmdpAddress: 'new.example.com' } },
    )
    expect(results).toMatchObject([
      { getRATResult: [{ pprIds: ['ppr1', 'ppr2'] }] },
      { setDefaultDpAddressResult: { setDefaultDpAddressResult: 0 } },
      { configureImmediateEnableResult: 0 },
    ])
    expect(euicc.state).toMatchObject({
      defaultSmdpAddress: 'new.example.com',
      immediateEnable: { enabled: true, smdpOid: null, smdpAddress: 'new.example.com' },
    })
  })
})

describe('a forced code', () => {
  it.each([
    [{ enable: 127 }, enable(B), { enableResult: 127 }],
    [{ disable: 127 }, disable(A), { disableResult: 127 }],
    [{ delete: 127 }, remove(B), { deleteResult: 127 }],
    [
      { listProfileInfo: 11 },
      { listProfileInfo: {} },
      { listProfileInfoResult: { profileInfoListError: 11 } },
    ],
    [
      { configureImmediateEnable: 1 },
      { configureImmediateEnable: {} },
      { configureImmediateEnableResult: 1 },
    ],
    [{ setFallbackAttribute: 127 }, setFallback(A), { setFallbackAttributeResult: 127 }],
    [{ unsetFallbackAttribute: 7 }, unsetFallback, { unsetFallbackAttributeResult: 7 }],
    [
      { setDefaultDpAddress: 127 },
      { setDefaultDpAddress: { defaultDpAddress: 'x' } },
      { setDefaultDpAddressResult: { setDefaultDpAddressResult: 127 } },
    ],
  ] as const)('%o ends the operation and changes nothing', async (forcedCodes, operation, result) => {
    const { psmo, euicc } = makeBench()
    const { profiles } = euicc.snapshot()
    euicc.faults.forcedCodes = forcedCodes
    expect(await psmo(operation)).toEqual([result])
    expect(euicc.state.profiles).toEqual(profiles)
  })
})
