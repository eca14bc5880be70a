/** Cards that lie meet the real edge: what is not proven must not be believed, and the truth must win in the end. */
import { beforeAll, describe, expect, it } from 'vitest'
import { type Device, makeDevice, OPERATOR, pictures } from '../edge/device.ts'
import { LocalEdge } from '../edge/local-edge.ts'
import { LIES } from './card-faults.ts'
import { CardIssuer } from './card-issuer.ts'

const HOUR_MS = 3_600_000
const forger = CardIssuer.create('Forged CI')
let issuer: CardIssuer
let edge: LocalEdge
let next = 1

beforeAll(async () => {
  issuer = CardIssuer.create()
  edge = await LocalEdge.create(issuer, 'lies.eim.example')
})

async function wakeUps(device: Device, count: number): Promise<void> {
  for (let done = 0; done < count; done++) {
    await device.ipa.wakeUp()
    edge.now += HOUR_MS
  }
}

function enables({ euicc }: Device): number {
  return euicc.state.executions.filter(({ operations }) => operations.includes('enable')).length
}

describe('the edge', () => {
  it.each(LIES)('does not fail an operation for a %s, and learns the truth', async (lie) => {
    const device = await makeDevice(edge, issuer, next++)
    await wakeUps(device, 1)
    const id = await edge.enqueue(device.eid, { type: 'profile.enable', iccid: OPERATOR })
    device.euicc.lieOnce(lie, forger.issueEuicc(device.eid))

    await wakeUps(device, 6)

    expect(await edge.operation(device.eid, id)).toMatchObject({ status: 'succeeded', outcome: 'done' })
    expect(enables(device)).toBe(1)
    const { eim, euicc } = await pictures(edge, device)
    expect(eim).toEqual(euicc)
  })

  it('believes nothing under a foreign certificate, and everything once the right one is shown', async () => {
    const device = await makeDevice(edge, issuer, next++)
    device.euicc.faults.foreignCertificates = forger.issueEuicc(device.eid)
    const id = await edge.enqueue(device.eid, { type: 'profile.enable', iccid: OPERATOR })
    await wakeUps(device, 4)
    expect((await edge.operation(device.eid, id)).outcome).toBeNull()

    delete device.euicc.faults.foreignCertificates
    await wakeUps(device, 12)

    expect(await edge.operation(device.eid, id)).toMatchObject({ status: 'succeeded', outcome: 'done' })
    expect(enables(device)).toBe(1)
  })
})
