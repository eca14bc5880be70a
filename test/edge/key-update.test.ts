/** `eim.update` as the API takes it: the eUICC and we go on with the same key and counter, whatever happens around it. */
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { getEimIdentity, retireSigningKey, rotateSigningKey } from '../../functions/keys/index.ts'
import { type OperationBody, readOperation } from '../../functions/operator/operation-request.ts'
import { CardIssuer } from '../simulator/card-issuer.ts'
import { type Device, makeDevice } from './device.ts'
import { LocalEdge, TENANT } from './local-edge.ts'

let issuer: CardIssuer
let edge: LocalEdge
let device: Device
let next = 1

beforeAll(() => {
  issuer = CardIssuer.create()
})
beforeEach(async () => {
  edge = await LocalEdge.create(issuer, `key-update-${next}.eim.example`)
  device = await makeDevice(edge, issuer, next++)
})

async function identity() {
  const found = await getEimIdentity(edge.environment.FLEET, TENANT, edge.identity?.id ?? '')
  if (!found) throw new Error('no identity')
  return found
}

async function rotate(): Promise<string> {
  const rotated = await rotateSigningKey(edge.environment, TENANT, (await identity()).id)
  if (!rotated.ok) throw new Error(rotated.refusal.kind)
  return rotated.value.keys.find(({ state }) => state === 'next')?.id ?? ''
}

/** As over the API; contacts the device until the operation has ended. */
async function operate(body: Partial<OperationBody>): Promise<string> {
  const call = { now: edge.now, request: new Request('https://eim.example'), identities: [await identity()] }
  const whole = {
    eid: device.eid,
    priority: 0,
    force: true,
    labels: {},
    params: {},
    ...body,
  } as OperationBody
  const { request } = readOperation(call, whole, edge.fqdn)
  const id = await edge.enqueue(device.eid, request)
  for (let contact = 0; contact < 20; contact++) {
    await device.ipa.wakeUp()
    const { status } = await edge.operation(device.eid, id)
    if (status === 'succeeded' || status === 'failed') return status
    edge.now += 3_600_000
  }
  return (await edge.operation(device.eid, id)).status
}

const list = () => operate({ type: 'profile.list' })
const update = async (keyId?: string) =>
  operate({ type: 'eim.update', params: { identity: (await identity()).id, ...(keyId && { keyId }) } })

async function association() {
  const eims = await edge.euicc(device.eid).eims([edge.fqdn])
  return eims?.find(({ eimId }) => eimId === edge.fqdn)
}

const cardCounter = () => device.euicc.state.associations[0]?.counterValue

describe('an update with our own identity', () => {
  it('leaves the counter where it is when the eUICC has our newest key already', async () => {
    for (let count = 0; count < 3; count++) expect(await list()).toBe('succeeded')
    const old = device.euicc.state.associations[0]?.counterValue ?? 0

    expect(await update()).toBe('succeeded')

    expect(cardCounter()).toBe(old + 1)
    expect(await list()).toBe('succeeded')
  })

  it('moves us to the next key together with the eUICC, and the old one can be retired', async () => {
    expect(await list()).toBe('succeeded')
    const nextKey = await rotate()
    const [before] = (await identity()).keys

    expect(await update()).toBe('succeeded')

    expect(await association()).toMatchObject({ keyId: nextKey })
    const retired = await retireSigningKey(
      edge.environment.FLEET,
      TENANT,
      (await identity()).id,
      before?.id ?? '',
    )
    expect(retired.ok).toBe(true)
    expect(await list()).toBe('succeeded')
    expect(await list()).toBe('succeeded')
  })

  it('is taken in a package of several, and twice', async () => {
    const nextKey = await rotate()
    const step = { type: 'eim.update', params: { identity: (await identity()).id } } as const

    expect(await operate({ type: 'package', params: { steps: [step, step] } })).toBe('succeeded')

    expect(await association()).toMatchObject({ keyId: nextKey })
    expect(await list()).toBe('succeeded')
  })

  it('begins the counter anew when it nears its end and the key is another', async () => {
    expect(await list()).toBe('succeeded')
    const card = device.euicc.state.associations[0]
    if (card) card.counterValue = 4_500_000
    expect(await list()).toBe('succeeded')
    await rotate()

    expect(await update()).toBe('succeeded')

    expect(cardCounter()).toBe(0)
    for (let count = 0; count < 3; count++) expect(await list()).toBe('succeeded')
    expect(cardCounter()).toBe(3)
  })

  it('goes back to a key that has signed much, beyond what it has signed', async () => {
    expect(await list()).toBe('succeeded')
    const card = device.euicc.state.associations[0]
    if (card) card.counterValue = 4_500_000
    expect(await list()).toBe('succeeded')
    const signed = cardCounter() ?? 0
    const [first] = (await identity()).keys
    await rotate()
    expect(await update()).toBe('succeeded')
    expect(await list()).toBe('succeeded')

    expect(await update(first?.id)).toBe('succeeded')

    expect(cardCounter()).toBeGreaterThanOrEqual(signed)
    expect(await association()).toMatchObject({ keyId: first?.id })
    expect(await list()).toBe('succeeded')
  })

  it('never lets an old package be taken again: the same key near the end of the counter keeps it', async () => {
    const card = device.euicc.state.associations[0]
    if (card) card.counterValue = 4_500_000
    expect(await list()).toBe('succeeded')
    const old = cardCounter() ?? 0

    expect(await update()).toBe('succeeded')

    expect(cardCounter()).toBe(old + 1)
    expect(await list()).toBe('succeeded')
  })
})
