import { describe, expect, it } from 'vitest'
import { parseCertificate, verifyEuiccChain } from '../../shared/pki/index.ts'
import { verifyPlain } from './card-crypto.ts'
import { CardIssuer } from './card-issuer.ts'
import { deviceFrom, makeDevice, saveDevice } from './device-store.ts'
import { ScriptedEim } from './scripted-eim.ts'

const message = Uint8Array.of(1, 2, 3)

describe('a stored device', () => {
  it('is the same card again: keys, certificates, counters and everything kept', async () => {
    const issuer = CardIssuer.create()
    const euicc = makeDevice(issuer, 7)
    const eim = new ScriptedEim('eim.example.com')
    euicc.addInitialEim(eim.addInitialEim())
    const octets = eim.package(euicc.state.eid, { psmoList: [{ listProfileInfo: {} }] })
    await euicc.loadEuiccPackage(octets)

    const again = deviceFrom(saveDevice(euicc))

    expect(again.state).toEqual(euicc.state)
    expect(again.euiccCertificate).toEqual(euicc.euiccCertificate)
    const { subjectPublicKeyInfo } = parseCertificate(euicc.euiccCertificate)
    expect(verifyPlain(subjectPublicKeyInfo, message, again.signPlain(message))).toBe(true)
    const answer = await again.loadEuiccPackage(octets)
    expect(answer[3]).toBe(0xa1)
  })

  it('stays below the same CI when the issuer is taken up again', async () => {
    const issuer = CardIssuer.create()
    const later = CardIssuer.restore(JSON.parse(JSON.stringify(issuer.save())))
    const { euiccCertificate: euicc, eumCertificate: eum } = makeDevice(later, 8)
    const roots = [parseCertificate(issuer.ci.certificate)]
    const at = Date.parse('2026-12-01T00:00:00Z')
    expect(await verifyEuiccChain({ euicc, eum }, { roots, at })).toMatchObject({ ok: true })
  })
})
