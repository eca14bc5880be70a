import { beforeAll, describe, expect, it } from 'vitest'
import { CardIssuer } from './simulator/card-issuer.ts'
import { BOOTSTRAP, makeDevice, OPERATOR, pictures } from './device.ts'
import { LocalEdge } from './local-edge.ts'

let issuer: CardIssuer
let edge: LocalEdge
let next = 1
beforeAll(async () => {
  issuer = CardIssuer.create()
  edge = await LocalEdge.create(issuer, 'operations.eim.example')
})

describe.each(['asn1', 'json'] as const)('over the %s binding', (binding) => {
  it('learns a new device, enables a profile and proves it', async () => {
    const device = await makeDevice(edge, issuer, next++, { binding })
    const id = await edge.enqueue(device.eid, { type: 'profile.enable', iccid: OPERATOR })

    expect(await device.ipa.wakeUp()).toBe('nothing-more')

    expect(await edge.operation(device.eid, id)).toMatchObject({ status: 'succeeded', outcome: 'done' })
    const { eim, euicc } = await pictures(edge, device)
    expect(eim).toEqual(euicc)
    expect(eim).toContain(`${OPERATOR} enabled`)
    expect(eim).toContain(`${BOOTSTRAP} disabled`)
  })
})
