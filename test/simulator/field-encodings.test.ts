/** The odd devices of the field meet the real edge: each of them must get its work done and be understood. */
import { beforeAll, describe, expect, it } from 'vitest'
import { type Device, makeDevice, OPERATOR, pictures, SPARE } from '../edge/device.ts'
import { LocalEdge } from '../edge/local-edge.ts'
import { CardIssuer } from './card-issuer.ts'
import { asn1Client, type ClientQuirks, jsonClient } from './esipa-client.ts'
import { ENCODINGS, lenient } from './lenient-encoding.ts'
import { happen } from './local-events.ts'
import { type IpaOptions, SimulatedIpa } from './simulated-ipa.ts'

const HOUR_MS = 3_600_000
const clients = { asn1: asn1Client, json: jsonClient }
let issuer: CardIssuer
let edge: LocalEdge
let next = 1

beforeAll(async () => {
  issuer = CardIssuer.create()
  edge = await LocalEdge.create(issuer, 'field.eim.example')
})

async function oddDevice(
  binding: 'asn1' | 'json',
  quirks: ClientQuirks,
  options: IpaOptions = {},
): Promise<Device> {
  const device = await makeDevice(edge, issuer, next++)
  const ipa = new SimulatedIpa(device.euicc, clients[binding](edge.send, quirks), options)
  return { ...device, ipa }
}

async function wakeUps(device: Device, count: number): Promise<void> {
  for (let done = 0; done < count; done++) {
    await device.ipa.wakeUp()
    edge.now += HOUR_MS
  }
}

async function expectEnabled(device: Device): Promise<void> {
  const id = await edge.enqueue(device.eid, { type: 'profile.enable', iccid: OPERATOR })
  await wakeUps(device, 3)
  expect(await edge.operation(device.eid, id)).toMatchObject({ status: 'succeeded', outcome: 'done' })
  const { eim, euicc } = await pictures(edge, device)
  expect(eim).toEqual(euicc)
  expect(
    device.euicc.state.executions.filter(({ operations }) => operations.includes('enable')),
  ).toHaveLength(1)
}

describe.each(['asn1', 'json'] as const)('over the %s binding, a device that', (binding) => {
  it.each(ENCODINGS)('writes %s is understood, and its results are acknowledged', async (encoding) => {
    for (const listForm of [false, true]) {
      const quirks = { rewrite: lenient(encoding), bareNotification: encoding === 'v1.0' }
      const device = await oddDevice(binding, quirks, { listForm, facts: { oldTags: encoding === 'v1.0' } })

      await expectEnabled(device)

      expect(device.euicc.state.results).toEqual([])
      expect(device.euicc.state.notifications).toEqual([])
    }
  })

  it('leaves out its EID is recognised', async () => {
    await expectEnabled(await oddDevice(binding, { wholeResult: true, looseText: true }, { omitEid: true }))
  })

  it('sends results by HandleNotification and short notifications is understood', async () => {
    const device = await oddDevice(binding, {}, { viaHandleNotification: true, omitEid: true })
    device.euicc.faults.compactNotifications = true
    await expectEnabled(device)
  })

  it('changes by itself is asked what it looks like now', async () => {
    const device = await oddDevice(binding, {})
    await wakeUps(device, 1)
    const events = [
      { kind: 'local-switch', iccid: SPARE },
      { kind: 'local-switch', iccid: null },
      { kind: 'memory-reset' },
      { kind: 'device-change' },
    ] as const
    for (const event of events) {
      expect(happen(device.ipa, event)).toBe(true)
      await wakeUps(device, 2)
      const { eim, euicc } = await pictures(edge, device)
      expect(eim, event.kind).toEqual(euicc)
    }
  })
})
