import { describe, expect, it } from 'vitest'
import { decode } from '../../shared/asn1/index.ts'
import { fromBase64, fromHex, type Octets, toHex } from '../../shared/octets.ts'
import {
  EuiccPackageResult,
  HandleNotificationEsipa,
  ProvideEimPackageResult,
} from '../../shared/sgp32/index.ts'
import { B, EID, enable } from './bench-card.ts'
import { bodies, makeDevice, provided, type Setting } from './bench-device.ts'
import type { ClientQuirks } from './esipa-client.ts'
import { ENCODINGS, lenient } from './lenient-encoding.ts'

describe('encodings of the field', () => {
  async function send(quirks: ClientQuirks, options: Setting = {}) {
    const device = makeDevice({ ...options, quirks })
    device.eim.acknowledges = false
    device.eim.queue.push(device.eim.package(EID, { psmoList: [enable(B)] }), fromHex('BF52045C02A5A6'))
    await device.ipa.wakeUp()
    return device
  }

  it.each(ENCODINGS)('%s changes the message, but no signed octet', async (encoding) => {
    const { eim, euicc } = await send({ rewrite: lenient(encoding) }, { listForm: true })
    const plain = await send({}, { listForm: true })
    const text = bodies(eim, 'BF50').map(toHex).join()
    expect(text).not.toBe(bodies(plain.eim, 'BF50').map(toHex).join())
    const kept = euicc.state.results[0]?.octets ?? new Uint8Array()
    const signed = decode(EuiccPackageResult, kept).euiccPackageResultSigned?.euiccSignEPR
    expect(text).toContain(toHex(signed ?? new Uint8Array()))
  })

  it('nested certificates hold a whole certificate', async () => {
    const { eim, euicc } = await send({ rewrite: lenient('nested-certificates') })
    expect(toHex(bodies(eim, 'BF50')[1] ?? new Uint8Array())).toContain(toHex(euicc.euiccCertificate))
  })

  it('v1.0 has no EID and knows no A0 around a notification', async () => {
    const { eim } = await send({ rewrite: lenient('v1.0'), bareNotification: true })
    expect(toHex(bodies(eim, 'BF50')[0] ?? new Uint8Array())).not.toContain(`5A10${EID}`)
    const bare = bodies(eim, 'BF3D')[0] ?? new Uint8Array()
    expect(toHex(bare)).toMatch(/^BF3D82....30/)
  })

  it('JSON may carry the whole BF50, unpadded', async () => {
    const { eim } = await send({ wholeResult: true, looseText: true }, { binding: 'json' })
    const request = eim.received.find(({ path }) => path.endsWith('provideEimPackageResult'))
    const members = JSON.parse(new TextDecoder().decode(request?.body)) as { eimPackageResult: string }
    expect(members.eimPackageResult).not.toContain('=')
    expect(decode(ProvideEimPackageResult, fromBase64(members.eimPackageResult)).eidValue).toEqual(
      fromHex(EID),
    )
  })

  it('compact notifications carry their EID instead of certificates', async () => {
    const { eim, euicc, ipa } = makeDevice()
    euicc.faults.compactNotifications = true
    eim.queue.push(eim.package(EID, { psmoList: [enable(B)] }))
    await ipa.wakeUp()
    const [message] = bodies(eim, 'BF3D').map((body) => decode(HandleNotificationEsipa, body))
    expect(message?.pendingNotification?.compactOtherSignedNotification?.eidValue).toEqual(fromHex(EID))
  })

  it('a card may write its signed part otherwise than DER', async () => {
    const { eim, euicc, ipa } = makeDevice()
    const long = (data: Octets) => new Uint8Array([0x30, 0x84, 0, 0, 0, data.length - 2, ...data.subarray(2)])
    euicc.faults.reshape = long
    eim.queue.push(eim.package(EID, { psmoList: [enable(B)] }))
    await ipa.wakeUp()
    expect(toHex(bodies(eim, 'BF50')[0] ?? new Uint8Array())).toContain('3084000000')
    expect(provided(eim)[0]?.eimPackageResult.euiccPackageResult?.euiccPackageResultSigned).toBeDefined()
  })
})
