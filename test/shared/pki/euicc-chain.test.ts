import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromHex, toHex } from '../../../shared/octets.ts'
import { parseCertificate } from '../../../shared/pki/certificate.ts'
import { describeChainFault } from '../../../shared/pki/chain-fault.ts'
import { type ChainTrust, verifyEuiccChain } from '../../../shared/pki/euicc-chain.ts'
import { chainDefects } from './chain-defects.ts'
import {
  EID,
  type IssuedChain,
  issueChain,
  keyRings,
  NOW,
  nameConstraints,
  ORGANIZATION,
  permittedEins,
  policies,
  SERIAL,
  soundChain,
  vectorKeyRing,
  withExtensions,
} from './forge.ts'
import { hasSgp26, keyVector, sgp26File } from './known-answers.ts'

const verifyIssued = ({ ci, eum, euicc }: IssuedChain, more: Partial<ChainTrust> = {}) =>
  verifyEuiccChain({ euicc, eum }, { roots: [parseCertificate(ci)], at: NOW, ...more })

const vectorChain: IssuedChain = {
  ci: keyVector('ci').certificateHex,
  eum: keyVector('eum').certificateHex,
  euicc: keyVector('euicc').certificateHex,
}
const VECTOR_EID = '89044045930000000000002153893210'

describe('the chain of the vectors', () => {
  it('verifies and gives EID, key and CI', async () => {
    const verdict = await verifyIssued(vectorChain, { eid: VECTOR_EID })

    expect(verdict).toMatchObject({
      ok: true,
      eid: VECTOR_EID,
      publicKey: { curve: 'P-256', point: keyVector('euicc').spkiHex.slice(-65) },
      ciSubjectKeyIdentifier: fromHex('D3D9485F62FC6B2F2C5BEE3625F829A797D453AA'),
    })
  })

  it('is refused for another EID', async () => {
    expect(await verifyIssued(vectorChain, { eid: EID })).toEqual({
      ok: false,
      reason: { kind: 'eid-mismatch', wanted: EID, found: VECTOR_EID },
    })
  })

  it('is refused when the operational certificate of an SM-DP+ stands for the EUM', async () => {
    const verdict = await verifyIssued({ ...vectorChain, eum: keyVector('dpauth').certificateHex })

    expect(verdict).toMatchObject({ ok: false, reason: { kind: 'not-a-ca', certificate: 'eum' } })
  })
})

describe.runIf(hasSgp26)('the SGP.26 chains', () => {
  const folders = [
    ['nist', 'ECDSA_NIST', 'P-256'],
    ['brainpool', 'ECDSA_BRP', 'brainpoolP256r1'],
    ['variant-o', 'SIG_NIST', 'P-256'],
  ] as const
  const chainOf = (folder: string, suffix: string): IssuedChain => ({
    ci: sgp26File(`${folder}/CERT_CI_${suffix}.der`),
    eum: sgp26File(`${folder}/CERT_EUM_${suffix}.der`),
    euicc: sgp26File(`${folder}/CERT_EUICC_${suffix}.der`),
  })

  it.each(folders)('verifies %s', async (folder, suffix, curve) => {
    const verdict = await verifyIssued(chainOf(folder, suffix), { eid: EID })

    expect(verdict).toMatchObject({ ok: true, eid: EID, publicKey: { curve } })
  })

  it('finds the right CI among all, even where two share a key', async () => {
    const roots = folders.map(([folder, suffix]) => parseCertificate(chainOf(folder, suffix).ci))

    for (const [folder, suffix] of folders) {
      expect(await verifyIssued(chainOf(folder, suffix), { roots })).toMatchObject({ ok: true })
    }
  })

  it('verifies after the older of two CIs with one key has expired', async () => {
    const roots = [chainOf('nist', 'ECDSA_NIST').ci, chainOf('variant-o', 'SIG_NIST').ci].map(
      parseCertificate,
    )
    const at = Date.parse('2057-01-01T00:00:00Z')

    expect(await verifyIssued(chainOf('variant-o', 'SIG_NIST'), { roots, at })).toMatchObject({ ok: true })
    expect(
      await verifyIssued(chainOf('variant-o', 'SIG_NIST'), { roots: roots.slice(0, 1), at }),
    ).toMatchObject({
      ok: false,
      reason: { kind: 'expired', certificate: 'ci' },
    })
  })

  it.each(folders)('refuses %s when a bit of either signature is flipped', async (folder, suffix) => {
    const chain = chainOf(folder, suffix)
    const flipped = (der: Uint8Array) => der.with(der.length - 1, (der.at(-1) ?? 0) ^ 1)

    for (const certificate of ['eum', 'euicc'] as const) {
      const verdict = await verifyIssued({ ...chain, [certificate]: flipped(chain[certificate]) })
      expect(verdict).toEqual({ ok: false, reason: { kind: 'signature', certificate } })
    }
  })

  it.each(folders)('refuses %s under the CI of another curve', async (folder, suffix) => {
    const other = folder === 'brainpool' ? chainOf('nist', 'ECDSA_NIST') : chainOf('brainpool', 'ECDSA_BRP')

    const verdict = await verifyIssued({ ...chainOf(folder, suffix), ci: other.ci })

    expect(verdict).toMatchObject({ ok: false, reason: { kind: 'unknown-ci' } })
  })

  it.each([
    ['2020-04-01T08:27:50Z', 'not-yet-valid', 'eum'],
    ['2054-03-24T09:28:38Z', 'expired', 'eum'],
    ['7496-01-24T09:48:59Z', 'expired', 'eum'],
  ])('judges the NIST chain at %s: %s', async (instant, kind, certificate) => {
    const verdict = await verifyIssued(chainOf('nist', 'ECDSA_NIST'), { at: Date.parse(instant) })

    expect(verdict).toMatchObject({ ok: false, reason: { kind, certificate } })
  })

  it('refuses to take an SM-DP+ certificate for that of an eUICC', async () => {
    const chain = {
      ...chainOf('nist', 'ECDSA_NIST'),
      euicc: sgp26File('nist/CERT_S_SM_DPauth_ECDSA_NIST.der'),
    }

    expect(await verifyIssued(chain)).toMatchObject({
      ok: false,
      reason: { kind: 'policy', certificate: 'euicc' },
    })
  })
})

describe.each(keyRings)('chains issued with the keys of %s', (_name, keyRing) => {
  it('verify when nothing is wrong', async () => {
    const keys = await keyRing()

    expect(await verifyIssued(await issueChain(soundChain(keys), keys), { eid: EID })).toMatchObject({
      ok: true,
      eid: EID,
    })
  })

  it.each(chainDefects)('are refused when $name', async ({ spoil, reason }) => {
    const keys = await keyRing()
    const chain = await issueChain(spoil(soundChain(keys)), keys)

    const verdict = await verifyIssued(chain)

    expect(verdict).toMatchObject({ ok: false, reason })
    if (!verdict.ok) expect(describeChainFault(verdict.reason)).toMatch(/^[A-Z].*\.$/)
  })

  it('are refused when another key than the CI’s signed the EUM certificate', async () => {
    const keys = await keyRing()
    const { ci, euicc } = await issueChain(soundChain(keys), keys)
    const { eum } = await issueChain(soundChain(keys), { ...keys, ci: keys.eum })

    expect(await verifyIssued({ ci, eum, euicc })).toEqual({
      ok: false,
      reason: { kind: 'signature', certificate: 'eum' },
    })
  })
})

describe('what the profile allows', () => {
  it('accepts the roles and permittedEins of SGP.22 version 3', async () => {
    const keys = await vectorKeyRing()
    const sound = soundChain(keys)
    const chain = {
      ...sound,
      eum: withExtensions(
        sound.eum,
        '2.5.29.30',
        permittedEins('89049032'),
        policies('2.23.146.1.2.1.0.0.0'),
      ),
      euicc: withExtensions(sound.euicc, policies('2.23.146.1.2.1.0.0.0.0.0')),
    }

    expect(await verifyIssued(await issueChain(chain, keys))).toMatchObject({ ok: true })
  })

  it('accepts an EUM with several ranges, one of which fits', async () => {
    const keys = await vectorKeyRing()
    const sound = soundChain(keys)
    const range = (ein: string) =>
      [
        [ORGANIZATION, 'RSP Test EUM'],
        [SERIAL, ein],
      ] as const
    const eum = withExtensions(sound.eum, nameConstraints([range('89044045'), range('89049032')]))

    expect(await verifyIssued(await issueChain({ ...sound, eum }, keys))).toMatchObject({ ok: true })
  })

  it('compares organizations without regard to case and runs of spaces', async () => {
    const keys = await vectorKeyRing()
    const sound = soundChain(keys)
    const eum = withExtensions(
      sound.eum,
      nameConstraints([
        [
          [ORGANIZATION, 'rsp  test eum'],
          [SERIAL, '89049032'],
        ],
      ]),
    )

    expect(await verifyIssued(await issueChain({ ...sound, eum }, keys))).toMatchObject({ ok: true })
  })
})

describe('an EUM that was verified before', () => {
  it('is not trusted by a caller who does not trust its CI', async () => {
    expect(await verifyIssued(vectorChain)).toMatchObject({ ok: true })

    expect(await verifyIssued(vectorChain, { roots: [] })).toMatchObject({
      ok: false,
      reason: { kind: 'unknown-ci' },
    })
  })

  it('is not trusted beyond its validity', async () => {
    expect(await verifyIssued(vectorChain)).toMatchObject({ ok: true })

    const verdict = await verifyIssued(vectorChain, { at: Date.parse('2059-10-13T00:00:00Z') })

    expect(verdict).toMatchObject({ ok: false, reason: { kind: 'expired', certificate: 'eum' } })
  })

  it('is not trusted at an instant that is no number', async () => {
    expect(await verifyIssued(vectorChain)).toMatchObject({ ok: true })

    expect(await verifyIssued(vectorChain, { at: Number.NaN })).toMatchObject({ ok: false })
  })
})

describe('damaged chains', () => {
  it.each(['eum', 'euicc'] as const)(
    'are refused with a reason for any changed octet of the %s certificate',
    async (role) => {
      const { [role]: sound } = vectorChain
      await fc.assert(
        fc.asyncProperty(fc.nat(sound.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
          const damaged = sound.with(at, (sound[at] ?? 0) ^ change)

          const verdict = await verifyIssued({ ...vectorChain, [role]: damaged })

          expect(verdict.ok, `octet ${at} of ${toHex(damaged)}`).toBe(false)
        }),
        { numRuns: 500 },
      )
    },
  )
})
