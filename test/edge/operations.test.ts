import { beforeAll, describe, expect, it } from 'vitest'
import type { OperationRequest } from '../../functions/euicc/operation.ts'
import { encode } from '../../shared/asn1/index.ts'
import { ProfileInstallationResultData } from '../../shared/sgp22/index.ts'
import { EimConfigurationData } from '../../shared/sgp32/index.ts'
import { CardIssuer, makeKeyPair } from '../simulator/card-issuer.ts'
import type { SimulatedProfile } from '../simulator/euicc-state.ts'
import type { SimulatedEuicc } from '../simulator/simulated-euicc.ts'
import type { Trigger, TriggerResult } from '../simulator/simulated-ipa.ts'
import { BOOTSTRAP, type Device, makeDevice, OPERATOR, PROFILES, pictures, SPARE } from './device.ts'
import { LocalEdge } from './local-edge.ts'

let issuer: CardIssuer
let edge: LocalEdge
let next = 1
beforeAll(async () => {
  issuer = CardIssuer.create()
  edge = await LocalEdge.create(issuer, 'operations.eim.example')
})

const NEW_ICCID = '89880000000000000009'
const OTHER_EIM = 'eim.other.example'

function otherEim(eimId = OTHER_EIM, counterValue = 0) {
  const eimPublicKey = makeKeyPair().subjectPublicKeyInfo
  return EimConfigurationData.toJson({ eimId, counterValue, eimPublicKeyData: { eimPublicKey } })
}

/** Plays a download: a signed installation result, good or bad. */
function download(ok: boolean) {
  return (trigger: Trigger, euicc: SimulatedEuicc): TriggerResult => {
    const template = PROFILES[1]
    if (!template) throw new Error('no profile to copy')
    const installed: SimulatedProfile = { ...template, iccid: NEW_ICCID, state: 'disabled' }
    const seqNumber = ok ? euicc.install(installed) : euicc.state.nextSeqNumber++
    const finalResult = ok
      ? { successResult: { aid: Uint8Array.of(0xa0, 0, 0, 5, 0x59), simaResponse: Uint8Array.of(0x30, 0) } }
      : { errorResult: { bppCommandId: 5, errorReason: 12 } }
    const profileInstallationResultData = {
      transactionId: Uint8Array.of(1, 2, 3, 4),
      notificationMetadata: {
        seqNumber,
        profileManagementOperation: ['notificationInstall'] as const,
        notificationAddress: 'smdp.example.com',
      },
      smdpOid: '2.999.10',
      finalResult,
    }
    const euiccSignPIR = euicc.signPlain(encode(ProfileInstallationResultData, profileInstallationResultData))
    return {
      eimTransactionId: trigger.eimTransactionId,
      profileDownloadTriggerResultData: {
        profileInstallationResult: { profileInstallationResultData, euiccSignPIR },
      },
    }
  }
}

interface Case {
  readonly name: string
  readonly request: OperationRequest
  readonly before?: (device: Device) => void
  readonly download?: ReturnType<typeof download>
  /** What the eUICC must be like afterwards. */
  readonly afterwards: (device: Device) => void
  /** Wire code of a refusal; without it the operation succeeds. */
  readonly refusal?: string
}

const state = (device: Device, iccid: string) =>
  device.euicc.state.profiles.find((profile) => profile.iccid === iccid)
const unchanged = (device: Device) =>
  expect(device.euicc.state.profiles.map(({ iccid, state: on }) => [iccid, on])).toEqual([
    [BOOTSTRAP, 'enabled'],
    [OPERATOR, 'disabled'],
    [SPARE, 'disabled'],
  ])
const hasEim = (device: Device, eimId = OTHER_EIM) =>
  device.euicc.state.associations.some((association) => association.eimId === eimId)

const CASES: readonly Case[] = [
  {
    name: 'profile.enable',
    request: { type: 'profile.enable', iccid: OPERATOR },
    afterwards: (device) => expect(state(device, OPERATOR)?.state).toBe('enabled'),
  },
  {
    name: 'profile.enable with rollback',
    request: { type: 'profile.enable', iccid: OPERATOR, rollback: true },
    afterwards: (device) => expect(state(device, OPERATOR)?.state).toBe('enabled'),
  },
  {
    name: 'profile.enable of an unknown profile',
    request: { type: 'profile.enable', iccid: NEW_ICCID },
    refusal: 'iccidOrAidNotFound',
    afterwards: unchanged,
  },
  {
    name: 'profile.disable',
    request: { type: 'profile.disable', iccid: BOOTSTRAP },
    afterwards: (device) => expect(state(device, BOOTSTRAP)?.state).toBe('disabled'),
  },
  {
    name: 'profile.disable of a disabled profile',
    request: { type: 'profile.disable', iccid: SPARE },
    refusal: 'profileNotInEnabledState',
    afterwards: unchanged,
  },
  {
    name: 'profile.delete',
    request: { type: 'profile.delete', iccid: SPARE },
    afterwards: (device) => expect(state(device, SPARE)).toBeUndefined(),
  },
  {
    name: 'profile.delete of the enabled profile',
    request: { type: 'profile.delete', iccid: BOOTSTRAP },
    refusal: 'profileNotInDisabledState',
    afterwards: unchanged,
  },
  { name: 'profile.list', request: { type: 'profile.list' }, afterwards: unchanged },
  {
    name: 'profile.list on a card that is interrupted',
    request: { type: 'profile.list' },
    before: ({ euicc }) => {
      euicc.faults.interruptAfter = 0
    },
    refusal: 'interruption',
    afterwards: unchanged,
  },
  { name: 'rat.get', request: { type: 'rat.get' }, afterwards: unchanged },
  {
    name: 'rat.get on a card that is interrupted',
    request: { type: 'rat.get' },
    before: ({ euicc }) => {
      euicc.faults.interruptAfter = 0
    },
    refusal: 'interruption',
    afterwards: unchanged,
  },
  {
    name: 'immediate-enable.configure',
    request: { type: 'immediate-enable.configure', immediateEnable: true, defaultSmdpAddress: 'dp.example' },
    afterwards: (device) =>
      expect(device.euicc.state.immediateEnable).toMatchObject({ enabled: true, smdpAddress: 'dp.example' }),
  },
  {
    name: 'immediate-enable.configure on a card that is interrupted',
    request: { type: 'immediate-enable.configure', immediateEnable: true },
    before: ({ euicc }) => {
      euicc.faults.interruptAfter = 0
    },
    refusal: 'interruption',
    afterwards: (device) => expect(device.euicc.state.immediateEnable.enabled).toBe(false),
  },
  {
    name: 'fallback.set',
    request: { type: 'fallback.set', iccid: OPERATOR },
    afterwards: (device) => expect(state(device, OPERATOR)?.fallback).toBe(true),
  },
  {
    name: 'fallback.set on a profile that may not be it',
    request: { type: 'fallback.set', iccid: SPARE },
    refusal: 'fallbackNotAllowed',
    afterwards: (device) => expect(state(device, SPARE)?.fallback).toBe(false),
  },
  {
    name: 'fallback.unset',
    request: { type: 'fallback.unset' },
    before: (device) => {
      const profile = state(device, OPERATOR)
      if (profile) profile.fallback = true
    },
    afterwards: (device) => expect(state(device, OPERATOR)?.fallback).toBe(false),
  },
  {
    name: 'fallback.unset without a fallback profile',
    request: { type: 'fallback.unset' },
    refusal: 'noFallbackAttribute',
    afterwards: unchanged,
  },
  {
    name: 'default-dp.set',
    request: { type: 'default-dp.set', address: 'dp2.example' },
    afterwards: (device) => expect(device.euicc.state.defaultSmdpAddress).toBe('dp2.example'),
  },
  {
    name: 'default-dp.set on a card that is interrupted',
    request: { type: 'default-dp.set', address: 'dp2.example' },
    before: ({ euicc }) => {
      euicc.faults.interruptAfter = 0
    },
    refusal: 'interruption',
    afterwards: (device) => expect(device.euicc.state.defaultSmdpAddress).toBe('smdp.example.com'),
  },
  {
    name: 'eim.add',
    request: { type: 'eim.add', eimConfigurationData: otherEim() },
    afterwards: (device) => expect(hasEim(device)).toBe(true),
  },
  {
    name: 'eim.add with a counter out of range',
    request: { type: 'eim.add', eimConfigurationData: otherEim(OTHER_EIM, 0x800000) },
    refusal: 'counterValueOutOfRange',
    afterwards: (device) => expect(hasEim(device)).toBe(false),
  },
  {
    name: 'eim.update',
    request: {
      type: 'eim.update',
      eimConfigurationData: otherEim('operations.eim.example', 5),
      keyId: 'key_none',
    },
    afterwards: (device) => expect(device.euicc.state.associations[0]?.counterValue).toBe(5),
  },
  {
    name: 'eim.update of an unknown eIM',
    request: { type: 'eim.update', eimConfigurationData: otherEim() },
    refusal: 'eimNotFound',
    afterwards: (device) => expect(hasEim(device)).toBe(false),
  },
  {
    name: 'eim.delete',
    request: { type: 'eim.delete', eimId: OTHER_EIM },
    before: ({ euicc }) => {
      const [own] = euicc.state.associations
      if (own) euicc.state.associations.push({ ...own, eimId: OTHER_EIM })
    },
    afterwards: (device) => expect(hasEim(device)).toBe(false),
  },
  {
    name: 'eim.delete of an unknown eIM',
    request: { type: 'eim.delete', eimId: OTHER_EIM },
    refusal: 'eimNotFound',
    afterwards: (device) => expect(hasEim(device, 'operations.eim.example')).toBe(true),
  },
  { name: 'eim.list', request: { type: 'eim.list' }, afterwards: unchanged },
  {
    name: 'eim.list on a card that is interrupted',
    request: { type: 'eim.list' },
    before: ({ euicc }) => {
      euicc.faults.interruptAfter = 0
    },
    refusal: 'interruption',
    afterwards: unchanged,
  },
  {
    name: 'package of several',
    request: {
      type: 'package',
      steps: [
        { type: 'profile.enable', iccid: OPERATOR },
        { type: 'profile.delete', iccid: SPARE },
        { type: 'profile.list' },
      ],
    },
    afterwards: (device) => {
      expect(state(device, OPERATOR)?.state).toBe('enabled')
      expect(state(device, SPARE)).toBeUndefined()
    },
  },
  {
    name: 'package that stops half way',
    request: {
      type: 'package',
      steps: [
        { type: 'profile.enable', iccid: OPERATOR },
        { type: 'profile.delete', iccid: OPERATOR },
        { type: 'profile.delete', iccid: SPARE },
      ],
    },
    refusal: 'profileNotInDisabledState',
    afterwards: (device) => {
      expect(state(device, OPERATOR)?.state).toBe('enabled')
      expect(state(device, SPARE)).toBeDefined()
    },
  },
  { name: 'euicc.read', request: { type: 'euicc.read', tags: ['BF20', '83'] }, afterwards: unchanged },
  {
    name: 'euicc.read of what is no data',
    request: { type: 'euicc.read', tags: ['5A'] },
    refusal: 'incorrectTagList',
    afterwards: unchanged,
  },
  {
    name: 'profile.download by activation code',
    request: {
      type: 'profile.download',
      source: { kind: 'activationCode', activationCode: 'LPA:1$smdp.example.com$MATCH' },
    },
    download: download(true),
    afterwards: (device) => expect(state(device, NEW_ICCID)?.state).toBe('disabled'),
  },
  {
    name: 'profile.download by default SM-DP+',
    request: { type: 'profile.download', source: { kind: 'defaultSmdp' } },
    download: download(true),
    afterwards: (device) => expect(state(device, NEW_ICCID)?.state).toBe('disabled'),
  },
  {
    name: 'profile.download by SM-DS that fails',
    request: { type: 'profile.download', source: { kind: 'smds' } },
    download: download(false),
    refusal: 'installFailedDueToPEProcessingError',
    afterwards: unchanged,
  },
]

describe.each(['asn1', 'json'] as const)('over the %s binding', (binding) => {
  it.each(CASES)(
    '$name ends as the eUICC decides',
    async ({ request, before, afterwards, refusal, ...options }) => {
      const device = await makeDevice(edge, issuer, next++, { binding, ...options })
      await device.ipa.wakeUp()
      before?.(device)
      const id = await edge.enqueue(device.eid, request)

      await device.ipa.wakeUp()
      delete device.euicc.faults.interruptAfter
      await device.ipa.wakeUp()

      const operation = await edge.operation(device.eid, id)
      expect(operation).toMatchObject(
        refusal === undefined
          ? { status: 'succeeded', outcome: 'done' }
          : { status: 'failed', outcome: 'refused', reason: { code: refusal } },
      )
      expect(operation.results.every((result) => result.ok)).toBe(
        refusal === undefined || operation.results.length === 0,
      )
      afterwards(device)
      const { eim, euicc } = await pictures(edge, device)
      expect(eim).toEqual(euicc)
    },
  )
})

describe('a card under a CI we do not know', () => {
  it('is asked and given little at each contact, and served once the CI is known', async () => {
    const strangers = await LocalEdge.create(CardIssuer.create(), 'strangers.eim.example')
    const sent: string[] = []
    const device = await makeDevice(strangers, issuer, next++, {
      send: (message) => {
        sent.push(message.path)
        return strangers.send(message)
      },
    })
    const id = await strangers.enqueue(device.eid, { type: 'profile.enable', iccid: OPERATOR })
    for (let contact = 0; contact < 5; contact++) {
      sent.length = 0
      expect(await device.ipa.wakeUp()).toBe('nothing-more')
      expect(sent.length).toBeLessThan(10)
      strangers.now += 3_600_000
    }

    expect((await strangers.operation(device.eid, id)).status).not.toBe('succeeded')
    strangers.trustCi(issuer)
    for (let contact = 0; contact < 3; contact++) {
      await device.ipa.wakeUp()
      strangers.now += 3_600_000
    }
    expect(await strangers.operation(device.eid, id)).toMatchObject({ status: 'succeeded' })
    const executed = device.euicc.state.executions.map(({ counterValue }) => counterValue)
    expect(executed).toHaveLength(new Set(executed).size)
  })
})
